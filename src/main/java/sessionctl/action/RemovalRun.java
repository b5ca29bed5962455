package sessionctl.action;

import java.util.Optional;
import java.util.Set;
import sessionctl.inventory.edit.InventoryEdit;
import sessionctl.ssh.SshFailure;

/** A run that removes a droplet: it leaves the cluster, then its lines are deleted. */
public final class RemovalRun extends EditedRun {
    /** The failures of a droplet that does not answer. With any other one, it still runs. */
    private static final Set<SshFailure.Kind> DOWN = Set.of(SshFailure.Kind.UNREACHABLE, SshFailure.Kind.LOST);

    private final String name;
    private final boolean dead;
    private final String ifDead;

    /**
     * Creates the hooks of a run that has not begun.
     *
     * @param name the droplet's name
     * @param dead true if the droplet need not answer
     * @param ifDead the command line that removes a droplet which does not answer
     */
    public RemovalRun(EditedInventory inventory, Texts texts, String name, boolean dead, String ifDead) {
        super(inventory, texts);
        this.name = name;
        this.dead = dead;
        this.ifDead = ifDead;
        inventory.tryEdit(InventoryEdit.delete(name));
    }

    /** Returns why the droplet must not be taken for one that has left: it may still serve pages. */
    private Optional<String> refusal(ProvisionPlanner planner) {
        Optional<SshFailure.Kind> failure = planner.unreached(name);
        if (failure.isEmpty() || (dead && DOWN.contains(failure.get()))) {
            return Optional.empty();
        }
        return Optional.of(name + " could not be inspected; "
                + (DOWN.contains(failure.get())
                        ? "if it is dead: " + ifDead
                        : "it answers, so it is not dead: make it accept the login, or turn it off"));
    }

    @Override
    public void check(ProvisionPlanner planner) {
        refusal(planner).ifPresent(why -> {
            throw new ActionFailure(ExitCode.UNREACHED, why);
        });
    }

    @Override
    public int end(int code, boolean dryRun, ProvisionPlanner planner, Console console) {
        Optional<String> refusal = dryRun ? refusal(planner) : Optional.empty();
        refusal.ifPresent(console::note);
        int end = super.end(code, dryRun, planner, console);
        return refusal.isPresent() ? ExitCode.UNREACHED : end;
    }

    @Override
    void finish(Console console) {
        inventory().write();
        inventory().editAgain(InventoryEdit.delete(name));
        console.note("Deleted " + name + " from " + inventory().name() + ".");
    }
}
