package sessionctl.plan;

import java.util.ArrayList;
import java.util.List;
import sessionctl.command.Command;

/** One thing that a droplet needs; it knows its words and its command, and nothing of when it is carried out. */
public sealed interface Change permits InstallPackages, Configure, GuardChange, FirewallChange {
    /** One line for people. */
    String describe();

    /** The step of a run that it belongs to. */
    Stage stage();

    /** What it may cost. */
    Risk risk();

    /** What becomes of files and rules, each as the lines of a unified diff. */
    List<List<String>> diffs();

    /** What carries it out, whole or not at all. */
    Command command();

    /** All of it that is known by now: two changes of which this is equal do the same. */
    default List<String> exactly() {
        List<String> all = new ArrayList<>(List.of(stage().name(), risk().name(), describe()));
        all.addAll(command().words());
        all.add(command().input());
        return all;
    }
}
