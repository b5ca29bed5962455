package sessionctl.cli;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
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
    static final String CODE_5 =
            "5:wrong usage, inventory or template, or a plan that was saved for another one; nothing"
                    + " was contacted or edited";

    @Parameters(index = "0", paramLabel = "NAME", description = "The droplet's name in the inventory.")
    private String name = "";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

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
        show(edited.diff());
        return provision(words(), options.cluster(), hooks(edited, before));
    }

    /** Prints the edit: on standard output, or on standard error beside a document. */
    private void show(List<String> diff) {
        PrintWriter to = output.format() == OutputFormat.text
                ? out()
                : spec.commandLine().getErr();
        diff.forEach(to::println);
        to.flush();
    }

    private InventoryEdit checkedEdit() {
        try {
            return edit();
        } catch (RefusedEditException e) {
            throw new ActionFailure(ExitCode.USAGE, e.reason());
        }
    }
}
