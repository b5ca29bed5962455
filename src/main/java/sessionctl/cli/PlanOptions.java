package sessionctl.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import sessionctl.action.ActionFailure;
import sessionctl.action.AtomicOutputFile;
import sessionctl.action.ExitCode;
import sessionctl.action.IoMessages;
import sessionctl.inventory.Droplet;
import sessionctl.plan.PlanInputs;
import sessionctl.plan.SavedPlan;
import sessionctl.report.InvalidPlanFileException;
import sessionctl.report.TerminalSafe;
import sessionctl.report.json.PlanDocument;

/** The options that save a plan for review, and carry it out exactly as reviewed or not at all. */
final class PlanOptions {
    @Option(
            names = "--save-plan",
            paramLabel = "FILE",
            description = "With --dry-run: save the plan, for review and for --plan. It contains digests, but no"
                    + " content of a file.")
    private @Nullable Path save;

    @Option(
            names = "--plan",
            paramLabel = "FILE",
            description = "Apply exactly the saved plan; refused if a droplet, the inventory or a template has"
                    + " changed since.")
    private @Nullable Path plan;

    /**
     * Checks the options before anything is read or contacted.
     *
     * @throws ActionFailure if they contradict each other, or the plan cannot be saved in that place
     */
    void check(boolean dryRun) {
        if (save != null && !dryRun) {
            throw new ActionFailure(ExitCode.USAGE, "--save-plan needs --dry-run");
        }
        if (plan != null && dryRun) {
            throw new ActionFailure(
                    ExitCode.USAGE,
                    "--plan applies a reviewed plan and cannot be combined with --dry-run; to save a new plan, leave"
                            + " --plan out");
        }
        out().ifPresent(AtomicOutputFile::refuseNowhere);
    }

    /** Returns the file of {@code --save-plan}; empty without that option. */
    Optional<AtomicOutputFile> out() {
        return Optional.ofNullable(save).map(file -> new AtomicOutputFile("--save-plan", file));
    }

    /**
     * Reads the plan of {@code --plan}.
     *
     * @param origin computes the digests that the saved plan must match
     * @param chosen the droplets that the run may change
     * @return the plan; empty without that option
     * @throws ActionFailure if the file cannot be read, or the program, the inventory, a template or {@code --limit}
     *     differs
     */
    Optional<SavedPlan> reviewed(Supplier<PlanInputs> origin, List<Droplet> chosen) {
        if (plan == null) {
            return Optional.empty();
        }
        SavedPlan saved = read(plan);
        // A leaving droplet that could not be reached has no part in the plan.
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
        } catch (InvalidPlanFileException e) {
            throw refused(e.getMessage());
        } catch (IOException e) {
            throw refused("cannot be read (" + IoMessages.of(e) + "); save one with --dry-run --save-plan");
        }
    }

    /**
     * Makes the error, in one line and with control characters escaped, because the file's content may be part of it.
     */
    private ActionFailure refused(@Nullable String why) {
        String line = TerminalSafe.of(plan + ": " + why).replace('\n', ' ');
        return new ActionFailure(ExitCode.USAGE, "--plan: " + line);
    }
}
