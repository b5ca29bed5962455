package sessionctl.action;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import sessionctl.apply.LeaseOwner;

/** Identifies this run in the leases it takes, so that other runs can name its owner. */
final class RunIdentity {
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    private RunIdentity() {}

    /**
     * Returns the owner of this run's leases, with a new random id.
     *
     * @param command the command as other runs and the history show it
     */
    static LeaseOwner newOwner(String command) {
        String id = UUID.randomUUID().toString().substring(0, 13);
        return new LeaseOwner(id, user() + "@" + host(), command, BuildInfo.number());
    }

    /** Returns the user; for root by sudo, the user who called sudo. */
    private static String user() {
        String user = System.getProperty("user.name", "");
        String former = System.getenv("SUDO_USER");
        return user.equals("root") && former != null && !former.isEmpty() ? former : user;
    }

    /** Returns this machine's host name without DNS, which may take seconds; empty if it is unknown. */
    private static String host() {
        try {
            return Files.readString(HOST_NAME, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            String name = System.getenv("HOSTNAME");
            return name == null ? "" : name;
        }
    }
}
