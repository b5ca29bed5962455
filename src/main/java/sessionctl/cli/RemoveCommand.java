package sessionctl.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import sessionctl.action.EditedInventory;
import sessionctl.action.EditedRun;
import sessionctl.action.RemovalRun;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.edit.InventoryEdit;

/** The {@code remove} command: marks a droplet as leaving, applies the inventory and deletes the droplet from it. */
@Command(
        name = "remove",
        description = "Mark a droplet of the inventory with leaving: true, do what provision does, and delete the"
                + " droplet from the inventory when it has left. Take it out of the load balancer first.",
        footerHeading = "%nExample:%n",
        footer = {
            "  sessionctl remove lamp03 inventory.yml --dry-run",
            "  sessionctl remove lamp03 inventory.yml",
            "  sessionctl remove lamp03 inventory.yml --dead"
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
final class RemoveCommand extends EditingCommand {
    @Option(
            names = "--dead",
            description = "Also remove a droplet that does not answer; the others block it and continue without it.")
    private boolean dead;

    @Override
    List<String> words() {
        return dead ? List.of("remove", name(), "--dead") : List.of("remove", name());
    }

    @Override
    InventoryEdit edit() {
        return InventoryEdit.leave(name());
    }

    @Override
    EditedRun hooks(EditedInventory edited, Cluster before) {
        return new RemovalRun(
                edited,
                new EditedRun.Texts("marks " + name() + " with leaving: true", again(words()), ""),
                name(),
                dead,
                again(List.of("remove", name()), "--dead"));
    }
}
