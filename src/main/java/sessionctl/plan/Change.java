package sessionctl.plan;

import java.util.ArrayList;
import java.util.List;
import sessionctl.command.Command;

/** One change of a droplet. It has a description and a command; the run decides when to apply it. */
public sealed interface Change permits InstallPackages, Configure, GuardChange, FirewallChange, Uninstall {
    /** Returns a description of one line for the operator. */
    String describe();

    /** Returns the stage in which a run applies it. */
    Stage stage();

    /** Returns the possible cost for the sites' visitors. */
    Risk risk();

    /** Returns the changes of files and rules, each as the lines of a unified diff; empty if there are none. */
    default List<List<String>> diffs() {
        return List.of();
    }

    /** Returns the diffs as a person reads them: shorter where fewer lines say the same. */
    default List<List<String>> summary() {
        return diffs();
    }

    /** Returns the command that applies the change completely or not at all. */
    Command command();

    /** Returns everything that is known about the change. Two changes with equal texts do the same. */
    default List<String> exactly() {
        List<String> all = new ArrayList<>(List.of(stage().name(), risk().name(), describe()));
        all.addAll(command().words());
        all.add(command().input());
        return all;
    }
}
