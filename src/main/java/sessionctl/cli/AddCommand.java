package sessionctl.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import sessionctl.action.EditedInventory;
import sessionctl.action.EditedRun;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.edit.InventoryEdit;
import sessionctl.inventory.edit.RefusedEditException;

/** The {@code add} command: adds a droplet to the inventory and applies it. */
@Command(
        name = "add",
        description = "Add a droplet to the inventory, then do what provision does: the droplet joins the cluster, and"
                + " no session is lost.",
        footerHeading = "%nExample:%n",
        footer = {
            "  sessionctl add lamp04 203.0.113.14 10.1.1.4 inventory.yml --dry-run",
            "  sessionctl add lamp04 203.0.113.14 10.1.1.4 inventory.yml"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            ProvisioningCommand.CODE_0,
            ProvisioningCommand.CODE_1,
            ProvisioningCommand.CODE_2,
            ProvisioningCommand.CODE_3,
            ProvisioningCommand.CODE_4,
            EditingCommand.CODE_5,
            ProvisioningCommand.CODE_6,
            ProvisioningCommand.CODE_7,
            ProvisioningCommand.CODE_130
        })
final class AddCommand extends EditingCommand {
    @Parameters(index = "1", paramLabel = "PUBLIC", description = "Its public address.")
    private String publicIp = "";

    @Parameters(index = "2", paramLabel = "PRIVATE", description = "Its private address.")
    private String privateIp = "";

    @Override
    List<String> words() {
        return List.of("add", name(), publicIp, privateIp);
    }

    @Override
    InventoryEdit edit() throws RefusedEditException {
        return InventoryEdit.add(name(), publicIp, privateIp);
    }

    @Override
    EditedRun hooks(EditedInventory edited, Cluster before) {
        return new EditedRun(edited, new EditedRun.Texts("has " + name() + " now", again(words()), ""));
    }
}
