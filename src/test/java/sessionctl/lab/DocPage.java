package sessionctl.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A page of the documentation. */
record DocPage(Path path) {
    private static final Pattern SHELL = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");

    static DocPage of(String name) {
        return new DocPage(Path.of("src/docs", name + ".md"));
    }

    /** Returns the shell commands of the page, block by block. */
    List<String> blocks() {
        try {
            return SHELL.matcher(Files.readString(path))
                    .results()
                    .map(MatchResult::group)
                    .map(block -> block.replaceAll("(?m)^```(sh)?\\n?", ""))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
