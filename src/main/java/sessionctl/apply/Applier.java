package sessionctl.apply;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sessionctl.command.CommandResult;
import sessionctl.plan.Change;
import sessionctl.plan.InstallPackages;
import sessionctl.ssh.Shell;
import sessionctl.ssh.SshFailure;

/** Carries out one change on one droplet, or says exactly where it stopped. */
public final class Applier {
    private static final int SHOWN_LINES = 12;

    private static final String DISK_FULL = "its disk is full; free some space (df -h), then run again";

    /** The exit codes of configure.sh. */
    private static final Map<Integer, String> CONFIGURE = Map.of(
            10, "a file changed since it was looked at; run again to see the new difference",
            11, "the connection ended before the whole file was there; nothing was changed, run again",
            12, "the new configuration was refused by a check and put back; correct the inventory or template",
            13, "the service did not come up with the new configuration; the old one was put back and runs",
            14, "the service does not come up, not with the old configuration either; see journalctl on the droplet",
            15,
                    "its own configuration is refused with or without the change, which was put back; mend what is said below",
            28, DISK_FULL);

    /** The exit codes of install.sh: its own, timeout's and apt-get's. */
    private static final Map<Integer, String> INSTALL = Map.of(
            20,
            "its package sources do not offer all of that; put its distribution's archive into"
                    + " /etc/apt/sources.list (on Ubuntu with universe), then run again",
            28,
            DISK_FULL,
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
        Map<Integer, String> known = change instanceof InstallPackages ? INSTALL : CONFIGURE;
        String why = known.getOrDefault(result.exit(), "it exited " + result.exit() + "; mend the cause, run again");
        return new Applied.Failed(change, why, output(result));
    }

    private static String output(CommandResult result) {
        List<String> lines =
                Stream.concat(result.stdout().lines(), result.stderr().lines()).toList();
        return lines.stream().skip(Math.max(0, lines.size() - SHOWN_LINES)).collect(Collectors.joining("\n"));
    }
}
