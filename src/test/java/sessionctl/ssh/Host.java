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

/** Programs and key pairs on the machine that runs the tests. */
public final class Host {
    private Host() {}

    /** Runs a program and returns its standard output; fails the test if the program fails. */
    public static String run(String... words) throws IOException, InterruptedException {
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

    /** Makes a key pair without a passphrase and returns the path of the private key. */
    public static Path keygen(Path file, String... options) throws IOException, InterruptedException {
        return keygen(file, "", options);
    }

    /** Makes a key pair with a passphrase; four rounds of bcrypt keep the test fast. */
    public static Path keygen(Path file, String passphrase, String[] options) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(
                List.of("ssh-keygen", "-q", "-a", "4", "-C", "test", "-N", passphrase, "-f", file.toString()));
        words.addAll(List.of(options));
        run(words.toArray(String[]::new));
        return file;
    }

    /** Makes a file readable, and its parent folders accessible, for all users. */
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
