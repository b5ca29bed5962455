package sessionctl.cli;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;

/** How this very program is started once more. */
final class Self {
    private Self() {}

    /** The launcher that started it, else Java with its jar. */
    static List<String> words() {
        String launcher = System.getenv("SESSIONCTL_SELF");
        if (launcher != null && !launcher.isEmpty()) {
            return List.of(launcher);
        }
        try {
            Path jar = Path.of(Main.class
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
