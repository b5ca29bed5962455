package sessionctl.apply;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sessionctl.command.CommandResult;
import sessionctl.plan.Change;
import sessionctl.plan.GuardChange;
import sessionctl.plan.InstallPackages;
import sessionctl.ssh.Shell;
import sessionctl.ssh.SshFailure;

/** Carries out one change on one droplet, or says exactly where it stopped. */
public final class Applier {
    private static final int SHOWN_LINES = 12;
    private static final int LONGEST_LINE = 1000;

    private static final String DISK_FULL = "its disk is full; free some space (df -h), then run again";

    private static final String BUSY = "another run of sessionctl is at work there; wait for it, then run again";

    private static final String TOO_LONG =
            "it took longer than it may and was ended; see the droplet's load, run again";

    /** The exit codes of configure.sh, and timeout's. */
    static final Map<Integer, String> CONFIGURE = Map.ofEntries(
            Map.entry(7, BUSY),
            Map.entry(124, TOO_LONG),
            Map.entry(137, TOO_LONG),
            Map.entry(10, "a file changed since it was looked at; run again to see the new difference"),
            Map.entry(11, "the connection ended before the whole file was there; nothing was changed, run again"),
            Map.entry(
                    12, "the new configuration was refused by a check and put back; correct the inventory or template"),
            Map.entry(13, "the service did not come up with the new configuration; the old one was put back and runs"),
            Map.entry(
                    14,
                    "the service does not come up, not with the old configuration either; see journalctl on the droplet"),
            Map.entry(
                    15,
                    "its own configuration is refused with or without the change, which was put back; mend what is said"
                            + " below"),
            Map.entry(
                    16,
                    "another server does not answer, and without it sessions could be lost; nothing was changed here,"
                            + " start its memcached ({sessionctl provision}) or open its port to this droplet"
                            + " ({sessionctl firewall}), then run again"),
            Map.entry(
                    17,
                    "the others have not got every session that it holds, so it was not stopped; mend what is said below,"
                            + " then run again"),
            Map.entry(
                    18,
                    "memcached runs, but its port is shut or it does not hold every session of its peers; mend what is"
                            + " said below and in journalctl -u memcached there, then run again"),
            Map.entry(
                    19,
                    "its packet filter cannot keep PHP away from memcached while that starts; nothing was changed, mend"
                            + " iptables there, then run again"),
            Map.entry(28, DISK_FULL));

    /** The exit codes of guard.sh, and timeout's. */
    static final Map<Integer, String> GUARD = Map.of(
            7,
            BUSY,
            1,
            "its guard could not do it; nothing is lost, mend what is said below, then run again",
            124,
            TOO_LONG,
            137,
            TOO_LONG);

    /** The exit codes of install.sh: its own, timeout's and apt-get's. */
    static final Map<Integer, String> INSTALL = Map.of(
            20,
            "its package sources do not offer all of that; put its distribution's archive into"
                    + " /etc/apt/sources.list (on Ubuntu with universe), then run again",
            21,
            "apt-get would remove a package there, which a run never does; nothing was changed, look at it with"
                    + " apt-get -s -f install, repair it, run again",
            7,
            BUSY,
            28,
            DISK_FULL,
            137,
            TOO_LONG,
            124,
            "apt-get took longer than half an hour; see /var/log/sessionctl/apt.log there",
            100,
            "apt-get could not install it; see /var/log/sessionctl/apt.log there, mend the cause, run again");

    private Applier() {}

    /**
     * Carries a change out.
     *
     * @throws SshFailure when the connection is lost, so that nobody knows how it ended; the next run finds out
     */
    public static Applied apply(Shell shell, Change change) throws SshFailure {
        CommandResult result = shell.run(change.command());
        if (result.ok()) {
            return new Applied.Done(change);
        }
        Map<Integer, String> known = known(change);
        String why = known.getOrDefault(result.exit(), "it exited " + result.exit() + "; mend the cause, run again");
        return new Applied.Failed(change, why, output(result));
    }

    private static Map<Integer, String> known(Change change) {
        if (change instanceof GuardChange) {
            return GUARD;
        }
        return change instanceof InstallPackages ? INSTALL : CONFIGURE;
    }

    /** The last lines of what a droplet's programs said. */
    static String output(CommandResult result) {
        List<String> lines =
                Stream.concat(result.stdout().lines(), result.stderr().lines()).toList();
        return lines.stream()
                .skip(Math.max(0, lines.size() - SHOWN_LINES))
                .map(line -> line.substring(0, Math.min(LONGEST_LINE, line.length())))
                .collect(Collectors.joining("\n"));
    }
}
