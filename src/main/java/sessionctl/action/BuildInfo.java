package sessionctl.action;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The program's version and the sources it was built from, read from a properties file that the build fills in. */
public final class BuildInfo {
    private final Properties built = new Properties();

    /** Reads the build information that is packed into the program. */
    public BuildInfo() {
        this(BundledResources.text("sessionctl/built.properties"));
    }

    /**
     * Reads build information.
     *
     * @param text the content of a properties file
     */
    public BuildInfo(String text) {
        try {
            built.load(new StringReader(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a property; empty if the build could not fill it in, for example outside of a git repository. */
    private String value(String name) {
        String value = built.getProperty(name, "");
        return value.startsWith("${") ? "" : value;
    }

    /** Returns the version number, for example {@code 0.1.0}. */
    public static String number() {
        return new BuildInfo().value("version");
    }

    /**
     * Returns the version and the commit it was built from. A saved plan names both: another build may plan
     * differently.
     */
    public static String full() {
        String[] lines = new BuildInfo().lines();
        return lines[0] + ", " + lines[1];
    }

    /**
     * Returns the day of the commit that the program was built from, as in 2026-11-24. If it is unknown, returns the
     * day of the release; empty if neither is known.
     */
    public String day() {
        return value("date").isEmpty() ? value("released").replaceFirst("T.*", "") : value("date");
    }

    /** Returns the lines that {@code --version} prints. */
    public String[] lines() {
        String changed = value("changed").equals("true") ? ", changed since" : "";
        String from = value("commit").isEmpty()
                ? "built from sources of an unknown commit"
                : "built from commit " + value("commit") + " of " + day() + changed;
        return new String[] {
            "sessionctl " + value("version"),
            from,
            "with sshj " + value("sshj") + ", Bouncy Castle " + value("bouncycastle") + ", FreeMarker "
                    + value("freemarker") + ",",
            "     SnakeYAML " + value("snakeyaml") + ", picocli " + value("picocli"),
            "on Java " + System.getProperty("java.runtime.version") + " (" + System.getProperty("java.vendor") + ")"
        };
    }
}
