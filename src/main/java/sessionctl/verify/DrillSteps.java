package sessionctl.verify;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import sessionctl.command.Command;
import sessionctl.command.Scripts;

/**
 * What a drill does to one memcached.
 *
 * @param run names what the droplet keeps of it
 * @param seconds after which the droplet puts everything back by itself, whatever became of us
 * @param peers addresses of the other servers
 */
public record DrillSteps(String run, int seconds, List<String> peers) {
    /** As long as memcached's unit may take to start: filling a large one takes its time. */
    private static final Duration FILLING = Duration.ofMinutes(20);

    private static final Map<Integer, String> WHY = Map.of(
            5, "its guard cannot cut it off: it is of an earlier version, or iptables fails",
            6, "it took longer than --drill-timeout, so the droplet put everything back by itself",
            7, "another run of sessionctl is at work there",
            16, "another server does not answer",
            17, "the others have no room for what only this server holds",
            18, "memcached does not come back, or lacks sessions that its peers hold",
            28, "its disk is full, or systemd sets no timer");

    /** Copies the peers. */
    public DrillSteps {
        peers = List.copyOf(peers);
    }

    /** Lets its port fall silent. */
    public Command cut() {
        return step("cut").within(FILLING);
    }

    /** Stops it. */
    public Command stop() {
        return step("stop");
    }

    /** Starts it, and waits until its guard has filled and opened it. */
    public Command start() {
        return step("start").within(FILLING);
    }

    /** Puts everything back, from wherever it is. */
    public Command back() {
        return step("back").within(FILLING);
    }

    private Command step(String name) {
        List<String> arguments = new ArrayList<>(List.of(name, run, Integer.toString(seconds)));
        arguments.addAll(peers);
        return Command.script(Scripts.locking("verify/drill.sh"), arguments.toArray(String[]::new));
    }

    /** Why a step did not succeed. */
    public static String why(int exit) {
        return WHY.getOrDefault(exit, "it exited " + exit);
    }
}
