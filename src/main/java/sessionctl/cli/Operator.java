package sessionctl.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import sessionctl.apply.Claim;

/** Who runs the program, for those who find a droplet held. */
final class Operator {
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    private Operator() {}

    /** What a run says of itself. */
    static Claim claim(String command) {
        String id = UUID.randomUUID().toString().substring(0, 13);
        return new Claim(id, user() + "@" + host(), command, Version.number());
    }

    /** Who became root by sudo is still himself. */
    private static String user() {
        String user = System.getProperty("user.name", "");
        String former = System.getenv("SUDO_USER");
        return user.equals("root") && former != null && !former.isEmpty() ? former : user;
    }

    /** Without a question to any name server, which may take seconds. */
    private static String host() {
        try {
            return Files.readString(HOST_NAME, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            String name = System.getenv("HOSTNAME");
            return name == null ? "" : name;
        }
    }
}
