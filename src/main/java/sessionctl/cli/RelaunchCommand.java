package sessionctl.cli;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;

/** The command line that starts this program again. */
final class RelaunchCommand {
    private RelaunchCommand() {}

    /** Returns the launcher that started this process ($SESSIONCTL_SELF), or else Java with the program's jar. */
    static List<String> words() {
        String launcher = System.getenv("SESSIONCTL_SELF");
        if (launcher != null && !launcher.isEmpty()) {
            return List.of(launcher);
        }
        try {
            Path jar = Path.of(RelaunchCommand.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", jar.toString());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
