package sessionctl.cli;

import picocli.CommandLine.Command;

/** The program without a subcommand; {@link Subcommands} adds the subcommands. */
@Command(
        name = "sessionctl",
        description =
                "PHP sessions on several memcached droplets: provisioned over SSH, with every change shown" + " first.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  sessionctl provision inventory.yml --dry-run",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, or in sync, or a dry run finished",
            "1:something failed on a droplet, or the answer to the question was no",
            "2:a dry run found changes, with --detailed-exitcode",
            "3:a check found something wrong",
            "4:a droplet could not be reached or its host key was refused",
            "5:wrong usage, inventory or template; nothing was contacted",
            "6:the firewall was rolled back",
            "7:another run holds a droplet; the error names the owner",
            "130:interrupted; unfinished work is listed"
        })
final class SessionctlCommand {}
