package sessionctl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import sessionctl.inventory.Droplet;
import sessionctl.plan.Origin;
import sessionctl.plan.SavedPlan;
import sessionctl.report.Legible;
import sessionctl.report.PlanDocument;
import sessionctl.report.UnreadablePlan;

/** A plan that is saved when it is made, reviewed, and carried out as it was reviewed or not at all. */
final class PlanOptions {
    @Option(
            names = "--save-plan",
            paramLabel = "FILE",
            description = "With --dry-run: save the plan, to be carried out with --plan once it is reviewed."
                    + " It holds digests, no content of a file.")
    private @Nullable Path save;

    @Option(
            names = "--plan",
            paramLabel = "FILE",
            description = "Carry out exactly the plan that was saved; refused when a droplet, the inventory or a"
                    + " template has changed since.")
    private @Nullable Path plan;

    /** Before anything is read or contacted. */
    void check(boolean dryRun) {
        if (save != null && !dryRun) {
            throw new CliFailure(ExitCode.USAGE, "--save-plan saves what a dry run finds; give --dry-run, too");
        }
        if (plan != null && dryRun) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    "--plan carries out what was reviewed; give it without --dry-run, or save a new plan without it");
        }
        out().ifPresent(OutFile::refuseNowhere);
    }

    /** Where the plan is to be saved. */
    Optional<OutFile> out() {
        return Optional.ofNullable(save).map(file -> new OutFile("--save-plan", file));
    }

    /** The plan that is to be carried out, if it is one of this inventory. */
    Optional<SavedPlan> reviewed(Supplier<Origin> origin, List<Droplet> chosen) {
        if (plan == null) {
            return Optional.empty();
        }
        SavedPlan saved = read(plan);
        // One that leaves and was not reached has no part in it.
        List<String> names = chosen.stream()
                .filter(d -> !d.leaving() || saved.names().contains(d.name()))
                .map(Droplet::name)
                .toList();
        List<String> refusals = saved.refusals(origin.get(), names);
        if (!refusals.isEmpty()) {
            throw refused(String.join("; ", refusals) + "; review a new one with --dry-run --save-plan");
        }
        return Optional.of(saved);
    }

    private SavedPlan read(Path file) {
        try {
            return PlanDocument.read(Files.readString(file));
        } catch (UnreadablePlan e) {
            throw refused(e.getMessage());
        } catch (IOException e) {
            throw refused("cannot be read (" + Reason.of(e) + "); save one with --dry-run --save-plan");
        }
    }

    /** In one line, whatever the file says. */
    private CliFailure refused(@Nullable String why) {
        String line = Legible.of(plan + ": " + why).replace('\n', ' ');
        return new CliFailure(ExitCode.USAGE, "--plan: " + line);
    }
}
