package sessionctl.cli;

import picocli.CommandLine.IVersionProvider;
import sessionctl.action.BuildInfo;

/**
 * Prints the version. It is a class, since Java 17 crashes when it archives a lambda of an interface that it cannot archive
 * itself, as picocli's are.
 */
final class VersionProvider implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new BuildInfo().lines();
    }
}
