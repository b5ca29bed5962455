package sessionctl.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import sessionctl.command.Scripts;

/**
 * Files of a droplet below a folder, searched by the droplet's own script.
 *
 * @param root the folder that stands for the root
 */
public record SiteFiles(Path root) {
    public void write(String path, String text) throws IOException {
        Path file = Path.of(root + path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    /** Returns the settings that the script finds, without the words that tell where they apply. */
    List<String> found() throws IOException, InterruptedException {
        return all().stream()
                .filter(line -> !line.matches("[^|]*[|](listen|handler)[|].*"))
                .map(line -> line.replaceAll("([| ])(?:module|fcgi|part|admin|(?:pool|sapi|at)=\\S*)(?= |$)", "$1"))
                .map(line -> line.replaceFirst("[| ]+$", "").replaceFirst("[|] +(?=\\w+$)", "|"))
                .toList();
    }

    /** Returns the script's output for the files below the folder, as if it were the root. */
    public List<String> all() throws IOException, InterruptedException {
        Files.createDirectories(root.resolve("var/www"));
        String script = Scripts.text("facts/overrides.sh")
                .replace("/etc/", root + "/etc/")
                .replace("\"/var/www\"", "\"" + root + "/var/www\"");
        Path file = Files.writeString(
                root.resolve("script"), "say() { printf '%s %s\\n%s\\n' \"$1\" \"${#2}\" \"$2\"; }\n" + script);
        Path answer = root.resolve("answer");
        ProcessBuilder sh = new ProcessBuilder("sh", file.toString()).redirectOutput(answer.toFile());
        sh.environment().merge("PATH", root + "/bin", (path, own) -> own + ":" + path);
        Process process = sh.start();
        assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(Files.readAllBytes(answer)))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .filter(line -> !line.isEmpty())
                    .map(line -> line.replace(root.toString(), "").replace('\t', '|'))
                    .toList();
        }
    }
}
