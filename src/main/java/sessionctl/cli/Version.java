package sessionctl.cli;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What the program is and what it was built from, as its build wrote it down. */
final class Version implements IVersionProvider {
    private final Properties built = new Properties();

    Version() {
        this(Shipped.text("sessionctl/built.properties"));
    }

    Version(String text) {
        try {
            built.load(new StringReader(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty where the build did not know it, as outside of a repository. */
    private String value(String name) {
        String value = built.getProperty(name, "");
        return value.startsWith("${") ? "" : value;
    }

    /** The version's number. */
    static String number() {
        return new Version().value("version");
    }

    /** The version, and what it was built from: another build may plan otherwise. */
    static String whole() {
        String[] lines = new Version().getVersion();
        return lines[0] + ", " + lines[1];
    }

    /** The day of the change that it was built from, as in 2026-11-24; of its release where that is not known. */
    String day() {
        return value("date").isEmpty() ? value("released").replaceFirst("T.*", "") : value("date");
    }

    @Override
    public String[] getVersion() {
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
