package sessionctl.cli;

import picocli.CommandLine.Command;

/** The program without a subcommand; {@link Subcommands} has them. */
@Command(
        name = "sessionctl",
        description = "PHP sessions on several memcached droplets: provisioned over SSH, shown before it is done.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footerHeading = "%nExample:%n",
        footer = "  sessionctl provision inventory.yml --dry-run",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, or in sync, or a dry run finished",
            "1:something failed on a droplet",
            "2:a dry run found changes, with --detailed-exitcode",
            "3:a promise was found broken",
            "4:a droplet could not be reached or its host key was refused",
            "5:wrong usage, inventory or template; nothing was contacted",
            "6:the firewall was rolled back",
            "7:another run holds a droplet; it is said who",
            "130:interrupted; what was half done is said"
        })
final class SessionctlCommand {}
