package sessionctl.action;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import sessionctl.inventory.edit.InventoryEdit;
import sessionctl.inventory.edit.InventoryEditor;
import sessionctl.inventory.edit.RefusedEditException;
import sessionctl.plan.UnifiedDiff;

/** An inventory file with an edit that is not written yet. */
public final class EditedInventory {
    private final String name;
    private final AtomicOutputFile file;
    private final Map<String, String> variables;
    private final String before;
    private final String after;
    private boolean written;

    /**
     * Makes the edit in memory.
     *
     * @param name the file's name as it was given
     * @param text the file's text, a valid inventory
     * @param variables the values of {@code ${NAME}}, by name
     * @throws ActionFailure if the inventory or the file cannot be edited
     */
    public EditedInventory(String name, String text, InventoryEdit edit, Map<String, String> variables) {
        this.name = name;
        this.file = new AtomicOutputFile("INVENTORY", Path.of(name));
        this.variables = variables;
        this.before = text;
        this.after = apply(edit, text);
        this.written = after.equals(before);
        file.refuseUneditable(text);
    }

    private String apply(InventoryEdit edit, String text) {
        try {
            return InventoryEditor.apply(edit, text, variables);
        } catch (RefusedEditException e) {
            throw new ActionFailure(ExitCode.USAGE, name + ": " + e.reason());
        }
    }

    /** Returns the file's name as it was given. */
    String name() {
        return name;
    }

    /** Returns the edited text. */
    public String text() {
        return after;
    }

    /** Returns the edit as the lines of a unified diff; none if the inventory is already as intended. */
    public List<String> diff() {
        return UnifiedDiff.of(name, name, before.replace("\r\n", "\n"), after.replace("\r\n", "\n"));
    }

    /** Returns true if the file has the edited text. */
    boolean isWritten() {
        return written;
    }

    /** Writes the edited text, unless the file has it already. */
    void write() {
        if (!written) {
            file.edit(before, after);
            written = true;
        }
    }

    /**
     * Makes an edit of the edited text in memory only.
     *
     * @throws ActionFailure if the inventory cannot be edited so
     */
    void tryEdit(InventoryEdit edit) {
        apply(edit, after);
    }

    /** Edits the written text once more. */
    void editAgain(InventoryEdit edit) {
        file.edit(after, apply(edit, after));
    }
}
