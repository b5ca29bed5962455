package sessionctl.action;

/**
 * A run that edits the inventory. The file is written when the plan is settled and all leases are held, just before the
 * first change: a run that is refused leaves the inventory as it was.
 */
public class EditedRun implements RunHooks {
    private final EditedInventory inventory;
    private final Texts texts;

    /**
     * The texts of a command.
     *
     * @param edit the predicate for a sentence about the edited file, such as {@code has lamp04 now}
     * @param again the command line that repeats the call
     * @param advice a sentence for a run that the droplets refused with exit code 1; empty for none
     */
    public record Texts(String edit, String again, String advice) {}

    /** Creates the hooks of a run that has not begun. */
    public EditedRun(EditedInventory inventory, Texts texts) {
        this.inventory = inventory;
        this.texts = texts;
    }

    final EditedInventory inventory() {
        return inventory;
    }

    final Texts texts() {
        return texts;
    }

    @Override
    public void begin() {
        inventory.write();
    }

    @Override
    public int end(int code, boolean dryRun, ProvisionPlanner planner, Console console) {
        if (dryRun) {
            console.note("Dry run: " + inventory.name() + " was not edited.");
            return code;
        }
        if (code != ExitCode.OK && code != ExitCode.CHECK_FAILED) {
            printState(console, code == ExitCode.FAILED ? texts.advice : "");
            return code;
        }
        try {
            finish(console);
            return code;
        } catch (ActionFailure e) {
            // The droplets are changed already, so this is no wrong usage.
            console.note("The droplets are done, but not the inventory: " + e.getMessage());
            return ExitCode.FAILED;
        }
    }

    @Override
    public void fail(Console console) {
        printState(console, "");
    }

    private void printState(Console console, String advice) {
        if (inventory.isWritten()) {
            console.note(
                    inventory.name() + " " + texts.edit + ", but the run is not complete. To continue: " + texts.again);
        } else {
            console.note(inventory.name() + " was not edited." + (advice.isEmpty() ? "" : " " + advice));
        }
    }

    /** Writes the file, if it is not written yet, after a run without errors. */
    void finish(Console console) {
        inventory.write();
        console.note(inventory.name() + " " + texts.edit + ".");
    }
}
