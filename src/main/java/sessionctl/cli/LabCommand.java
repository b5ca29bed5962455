package sessionctl.cli;

import picocli.CommandLine.Command;

/** The {@code lab} command: test servers on this machine, in network namespaces. */
@Command(
        name = "lab",
        description = "Manage test servers on this machine, with systemd, sshd, apt, Apache, PHP and memcached;"
                + " isolated from the network.",
        subcommands = {
            LabUpCommand.class,
            LabCommands.Down.class,
            LabCommands.Status.class,
            LabCommands.Ssh.class,
            LabCommands.Exec.class,
            LabCommands.Power.class
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  sudo sessionctl lab up --droplets 3",
            "  sudo sessionctl lab exec -- sessionctl provision --dry-run",
            "  sudo sessionctl lab down"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:something failed; ssh and exec exit with their command's exit code",
            "5:wrong usage"
        })
final class LabCommand {}
