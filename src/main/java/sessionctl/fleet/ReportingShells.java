package sessionctl.fleet;

import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.CommandSummary;
import sessionctl.inventory.Droplet;
import sessionctl.ssh.Shell;
import sessionctl.ssh.Shells;
import sessionctl.ssh.SshFailure;

/**
 * Connections that report each command and its result.
 *
 * @param nanos returns the time, as {@link System#nanoTime()} does
 */
public record ReportingShells(Shells shells, Progress progress, LongSupplier nanos) implements Shells {
    @Override
    public Shell open(Droplet droplet) throws SshFailure {
        return new ReportingShell(shells.open(droplet), droplet);
    }

    @Override
    public Shell open(Droplet droplet, Duration patience) throws SshFailure {
        return new ReportingShell(shells.open(droplet, patience), droplet);
    }

    private final class ReportingShell implements Shell {
        private final Shell shell;
        private final Droplet droplet;

        ReportingShell(Shell shell, Droplet droplet) {
            this.shell = shell;
            this.droplet = droplet;
        }

        @Override
        public CommandResult run(Command command) throws SshFailure {
            progress.command(droplet, "$ " + CommandSummary.of(command));
            long start = nanos.getAsLong();
            String result = "connection lost";
            try {
                CommandResult answer = shell.run(command);
                result = "exit " + answer.exit();
                return answer;
            } finally {
                double seconds = (nanos.getAsLong() - start) / 1e9;
                progress.command(droplet, result + String.format(Locale.ROOT, " after %.1f s", seconds));
            }
        }

        @Override
        public void close() {
            shell.close();
        }
    }
}
