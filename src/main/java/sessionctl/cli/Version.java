package sessionctl.cli;

import picocli.CommandLine.IVersionProvider;

/** What the program is, as its build wrote it down. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Main.class.getPackage().getImplementationVersion();
        return new String[] {"sessionctl " + (version == null ? "(not packaged)" : version)};
    }
}
