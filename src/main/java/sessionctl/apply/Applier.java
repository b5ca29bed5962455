package sessionctl.apply;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sessionctl.command.CommandResult;
import sessionctl.plan.Change;
import sessionctl.plan.GuardChange;
import sessionctl.plan.InstallPackages;
import sessionctl.plan.Uninstall;
import sessionctl.ssh.Shell;
import sessionctl.ssh.SshFailure;

/** Applies one change to one droplet and reports exactly where it stopped. */
public final class Applier {
    private static final int SHOWN_LINES = 12;
    private static final int MAX_LINE_LENGTH = 1000;

    private static final String DISK_FULL = "its disk is full; free some space (df -h), then run again";

    private static final String BUSY = "another run of sessionctl is active there; wait for it, then run again";

    private static final String TOO_LONG =
            "it exceeded its time limit and was stopped; check the droplet's load, then run again";

    /** Exit codes of configure.sh and of timeout(1), with the sentence for the operator. */
    static final Map<Integer, String> CONFIGURE = Map.ofEntries(
            Map.entry(7, BUSY),
            Map.entry(124, TOO_LONG),
            Map.entry(137, TOO_LONG),
            Map.entry(10, "a file changed since it was inspected; run again to see the new difference"),
            Map.entry(11, "the connection ended before the complete file had arrived; nothing was changed, run again"),
            Map.entry(
                    12,
                    "a check refused the new configuration, so the old one was restored; correct the inventory or"
                            + " template"),
            Map.entry(13, "the service did not start with the new configuration; the old one was restored and runs"),
            Map.entry(
                    14,
                    "the service starts neither with the new nor with the old configuration; see journalctl on the"
                            + " droplet"),
            Map.entry(
                    15, "its configuration is refused even without the change, which was undone; fix the errors below"),
            Map.entry(
                    16,
                    "another server does not answer, and without it sessions could be lost; nothing was changed here,"
                            + " check its memcached and the network between them, then run again"),
            Map.entry(
                    17,
                    "the other servers lack sessions that it holds, so it was not stopped; fix the errors below,"
                            + " then run again"),
            Map.entry(
                    18,
                    "memcached runs, but its port is closed or it lacks sessions of its peers; fix the errors"
                            + " below and in journalctl -u memcached there, then run again"),
            Map.entry(
                    19,
                    "its packet filter cannot block PHP's connections while memcached starts; nothing was changed,"
                            + " fix iptables there, then run again"),
            Map.entry(28, DISK_FULL));

    /** Exit codes of guard.sh and of timeout(1). */
    static final Map<Integer, String> GUARD = Map.of(
            7,
            BUSY,
            1,
            "its guard failed; no session was lost, fix the errors below, then run again",
            124,
            TOO_LONG,
            137,
            TOO_LONG);

    /** Exit codes of install.sh, of timeout(1) and of apt-get(8). */
    static final Map<Integer, String> INSTALL = Map.of(
            20,
            "its package sources do not offer all of these packages; add its distribution's archive to"
                    + " /etc/apt/sources.list (on Ubuntu with universe), then run again",
            21,
            "apt-get would remove a package there, which a run never does; nothing was changed, inspect it with"
                    + " apt-get -s -f install, repair it, then run again",
            7,
            BUSY,
            28,
            DISK_FULL,
            137,
            TOO_LONG,
            124,
            "apt-get took longer than half an hour; see /var/log/sessionctl/apt.log there",
            100,
            "apt-get could not install it; see /var/log/sessionctl/apt.log there, fix the cause, run again");

    /** Exit codes of uninstall.sh and of timeout(1). */
    static final Map<Integer, String> UNINSTALL = Map.of(
            7,
            BUSY,
            12,
            "a change of its rules or a drill is under way; nothing was removed, run again in a minute",
            16,
            "its guard keeps the port of memcached closed, and an open port would lose sessions; nothing was removed,"
                    + " run first: {sessionctl provision}",
            1,
            "not everything could be removed; fix the errors below, then run again",
            124,
            TOO_LONG,
            137,
            TOO_LONG);

    private Applier() {}

    /**
     * Applies a change.
     *
     * @throws SshFailure if the connection is lost, so that the result is unknown; the next run finds it out
     */
    public static ChangeResult apply(Shell shell, Change change) throws SshFailure {
        CommandResult result = shell.run(change.command());
        if (result.ok()) {
            return new ChangeResult.Done(change);
        }
        Map<Integer, String> known = reasonsFor(change);
        String why = known.getOrDefault(result.exit(), "it exited " + result.exit() + "; fix the cause, run again");
        return new ChangeResult.Failed(change, why, output(result));
    }

    private static Map<Integer, String> reasonsFor(Change change) {
        if (change instanceof GuardChange) {
            return GUARD;
        }
        if (change instanceof Uninstall) {
            return UNINSTALL;
        }
        return change instanceof InstallPackages ? INSTALL : CONFIGURE;
    }

    /** Returns the last lines of a command's output, shortened. */
    static String output(CommandResult result) {
        List<String> lines =
                Stream.concat(result.stdout().lines(), result.stderr().lines()).toList();
        return lines.stream()
                .skip(Math.max(0, lines.size() - SHOWN_LINES))
                .map(line -> line.substring(0, Math.min(MAX_LINE_LENGTH, line.length())))
                .collect(Collectors.joining("\n"));
    }
}
