package sessionctl.cli;

import picocli.CommandLine.IVersionProvider;

/** What the program is, as its build wrote it down. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"sessionctl " + number()};
    }

    /** Its number alone. */
    static String number() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
