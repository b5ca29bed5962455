package sessionctl.cli;

import picocli.CommandLine.Command;

/** Real stand-in droplets on this machine. */
@Command(
        name = "lab",
        description = "Real stand-in droplets on this machine: systemd, sshd, apt, Apache, PHP, memcached; no way out.",
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
        exitCodeList = {"0:done", "1:something failed; ssh and exec pass on their command's own", "5:wrong usage"})
final class LabCommand {}
