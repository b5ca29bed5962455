package sessionctl.cli;

import java.util.List;
import picocli.CommandLine.Parameters;
import sessionctl.action.ActionFailure;
import sessionctl.action.EditedInventory;
import sessionctl.action.EditedRun;
import sessionctl.action.ExitCode;
import sessionctl.action.OutputFormat;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.edit.InventoryEdit;
import sessionctl.inventory.edit.RefusedEditException;

/** A command that edits the inventory and applies it. */
abstract class EditingCommand extends ProvisioningCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "The droplet's name in the inventory.")
    private String name = "";

    final String name() {
        return name;
    }

    /** Returns the words of this command before the inventory. */
    abstract List<String> words();

    /** Returns the edit that precedes the run. */
    abstract InventoryEdit edit() throws RefusedEditException;

    /**
     * Returns the hooks of the run.
     *
     * @param before the inventory before the edit
     */
    abstract EditedRun hooks(EditedInventory edited, Cluster before);

    @Override
    public Integer call() {
        checkOptions();
        if (options.isLimited()) {
            throw new ActionFailure(
                    ExitCode.USAGE,
                    "--limit cannot be combined with " + words().get(0)
                            + ": the server lists of all droplets change together");
        }
        InventoryOptions inventory = options.inventory();
        if (inventory.name().equals("-")) {
            throw new ActionFailure(
                    ExitCode.USAGE,
                    words().get(0) + " edits the inventory and cannot edit standard input; name a file");
        }
        InventoryEdit edit = checkedEdit();
        Cluster before = inventory.cluster();
        EditedInventory edited = new EditedInventory(inventory.name(), inventory.text(), edit, System.getenv());
        inventory.replaceText(edited.text());
        if (output.format() == OutputFormat.text) {
            edited.diff().forEach(out()::println);
        }
        return provision(words(), options.cluster(), hooks(edited, before));
    }

    private InventoryEdit checkedEdit() {
        try {
            return edit();
        } catch (RefusedEditException e) {
            throw new ActionFailure(ExitCode.USAGE, e.reason());
        }
    }
}
