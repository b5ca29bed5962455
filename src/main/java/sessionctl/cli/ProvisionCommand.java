package sessionctl.cli;

import java.util.List;
import picocli.CommandLine.Command;
import sessionctl.action.RunHooks;

/** The {@code provision} command: installs and configures packages, files and services on every droplet. */
@Command(
        name = "provision",
        description = "Install and configure Apache, PHP, memcached and its firewall rules; --dry-run shows the diff.",
        footerHeading = "%nExample:%n",
        footer = {
            "  sessionctl provision inventory.yml --dry-run --save-plan plan.json",
            "  sessionctl provision inventory.yml --plan plan.json"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            ProvisioningCommand.CODE_0,
            ProvisioningCommand.CODE_1,
            ProvisioningCommand.CODE_2,
            ProvisioningCommand.CODE_3,
            ProvisioningCommand.CODE_4,
            "5:wrong usage, inventory or template, or a plan that was saved for another one; nothing was contacted",
            ProvisioningCommand.CODE_6,
            ProvisioningCommand.CODE_7,
            ProvisioningCommand.CODE_130
        })
final class ProvisionCommand extends ProvisioningCommand {
    @Override
    public Integer call() {
        checkOptions();
        return provision(List.of("provision"), options.cluster(), new RunHooks() {});
    }
}
