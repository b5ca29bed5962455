package sessionctl.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import sessionctl.action.EditedInventory;
import sessionctl.action.EditedRun;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.edit.InventoryEdit;
import sessionctl.inventory.edit.RefusedEditException;

/** The {@code replace} command: gives a droplet of the inventory the addresses of a new server and applies it. */
@Command(
        name = "replace",
        description = "Give a dead droplet of the inventory the addresses of a new server, then do what provision"
                + " does. If the old server still answers, nothing is changed; --forget with its private address says"
                + " that it serves no pages any more.",
        footerHeading = "%nExample:%n",
        footer = {
            "  sessionctl replace lamp03 203.0.113.15 10.1.1.5 inventory.yml --dry-run",
            "  sessionctl replace lamp03 203.0.113.15 10.1.1.5 inventory.yml"
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
final class ReplaceCommand extends EditingCommand {
    @Parameters(index = "1", paramLabel = "PUBLIC", description = "The public address of the new server.")
    private String publicIp = "";

    @Parameters(index = "2", paramLabel = "PRIVATE", description = "The private address of the new server.")
    private String privateIp = "";

    @Override
    List<String> words() {
        return List.of("replace", name(), publicIp, privateIp);
    }

    @Override
    InventoryEdit edit() throws RefusedEditException {
        return InventoryEdit.replace(name(), publicIp, privateIp);
    }

    @Override
    EditedRun hooks(EditedInventory edited, Cluster before) {
        String advice = before.droplets().stream()
                .filter(d -> d.name().equals(name()))
                .map(d -> d.privateIp().text())
                .filter(address -> !address.equals(privateIp))
                .map(address -> "If the old " + name() + " still answers but serves no pages any more: "
                        + again(words(), "--forget", address))
                .findFirst()
                .orElse("");
        return new EditedRun(
                edited, new EditedRun.Texts("has the new addresses of " + name() + " now", again(words()), advice));
    }
}
