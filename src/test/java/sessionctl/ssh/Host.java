package sessionctl.ssh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The machine that the tests run on. */
final class Host {
    private Host() {}

    /** Runs a program and returns what it printed; its failure is the test's. */
    static String run(String... words) throws IOException, InterruptedException {
        Path output = Files.createTempFile("sessionctl-it", ".out");
        try {
            Process process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            process.getOutputStream().close();
            boolean ended = process.waitFor(30, TimeUnit.SECONDS);
            String text = Files.readString(output);
            if (!ended || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new AssertionError(List.of(words) + " failed: " + text);
            }
            return text;
        } finally {
            Files.delete(output);
        }
    }

    /** Makes a key pair without a passphrase, and returns the private key's file. */
    static Path keygen(Path file, String... options) throws IOException, InterruptedException {
        return keygen(file, "", options);
    }

    /** Makes a key pair; four rounds of bcrypt are enough for a test. */
    static Path keygen(Path file, String passphrase, String[] options) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(
                List.of("ssh-keygen", "-q", "-a", "4", "-C", "test", "-N", passphrase, "-f", file.toString()));
        words.addAll(List.of(options));
        run(words.toArray(String[]::new));
        return file;
    }

    /** Lets users read a file in a folder that only root may enter. */
    static void makeReadable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Path folder = file.toAbsolutePath().getParent();
        while (folder != null && folder.getNameCount() > 1) {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
            if (permissions.add(PosixFilePermission.OTHERS_EXECUTE)) {
                Files.setPosixFilePermissions(folder, permissions);
            }
            folder = folder.getParent();
        }
    }
}
