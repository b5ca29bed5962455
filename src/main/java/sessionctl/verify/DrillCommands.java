package sessionctl.verify;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import sessionctl.command.Command;
import sessionctl.command.Scripts;

/**
 * The commands of a drill on one memcached.
 *
 * @param run the identifier of the state that the droplet keeps for this drill
 * @param seconds the time after which the droplet restores its memcached, even if sessionctl has ended
 * @param peers the addresses of the other servers
 */
public record DrillCommands(String run, int seconds, List<String> peers) {
    /** The start timeout of memcached's unit: a sync of a large memcached takes long. */
    private static final Duration SYNC_LIMIT = Duration.ofMinutes(20);

    private static final Map<Integer, String> REASONS = Map.of(
            5, "its guard cannot block its port: the guard is of an earlier version, or iptables fails",
            6, "it took longer than --drill-timeout, so the droplet restored everything by itself",
            7, "another run of sessionctl is active there",
            16, "another server does not answer",
            17, "the others have no room for what only this server holds",
            18, "memcached does not start again, or lacks sessions that its peers hold",
            28, "its disk is full, or systemd cannot set a timer");

    public DrillCommands {
        peers = List.copyOf(peers);
    }

    /**
     * Makes memcached's port drop every packet, as if the host had failed. Before that, pushes to the peers the
     * sessions that only this server holds.
     */
    public Command cut() {
        return step("cut").within(SYNC_LIMIT);
    }

    /** Stops memcached. */
    public Command stop() {
        return step("stop");
    }

    /** Starts memcached, and waits until its guard has synced and opened it. */
    public Command start() {
        return step("start").within(SYNC_LIMIT);
    }

    /** Restores memcached from any step. */
    public Command restore() {
        return step("back").within(SYNC_LIMIT);
    }

    private Command step(String name) {
        return Command.script(Scripts.locking("verify/drill.sh"), name, run, Integer.toString(seconds))
                .withArguments(peers);
    }

    /** Returns the reason for a failed step, by its exit code. */
    public static String reason(int exit) {
        return REASONS.getOrDefault(exit, "it exited " + exit);
    }
}
