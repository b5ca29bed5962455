package sessionctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Checks that only {@code Invocation} writes the commands of remedies: others would omit the inventory that was given.
 */
class RemediesTest {
    private static final Pattern COMMAND =
            Pattern.compile("(?<![{\\w/])sessionctl (provision|firewall|status|verify|check"
                    + "|restart|render|history|add|remove|replace|init|uninstall|logs|ssh)\\b");

    /**
     * Texts that are not remedies: examples in the help, which use the default inventory; titles of reports; the author
     * of a rendered file; and a reason that a guard gives.
     */
    private static final Pattern NO_REMEDY = Pattern.compile("\"  (sudo )?sessionctl |[|>] (sudo )?sessionctl |lab exec"
            + "|### sessionctl |\"name\", \"sessionctl verify|by sessionctl render|What sessionctl render"
            + "|what sessionctl render|as sessionctl init|<\\(sessionctl|sudo SESSIONCTL_LAB"
            + "|the rules of sessionctl firewall are not in force");

    @Test
    void onlyInvocationWritesTheCommandsOfRemedies() throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                if (!file.endsWith("Invocation.java")) {
                    Files.readAllLines(file).stream()
                            .map(String::strip)
                            .filter(line -> !line.startsWith("*") && !line.startsWith("/"))
                            .filter(line ->
                                    line.contains("\"") && COMMAND.matcher(line).find())
                            .filter(line -> !NO_REMEDY.matcher(line).find())
                            .forEach(line -> found.add(file.getFileName() + ": " + line));
                }
            }
        }
        assertThat(found).isEmpty();
    }
}
