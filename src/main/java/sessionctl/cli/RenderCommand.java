package sessionctl.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sessionctl.desired.RenderedFiles;

/** The desired files and rules of every droplet as a folder, for reviews. */
@Command(
        name = "render",
        description = {
            "Write what every droplet is to hold into a folder, without a connection, so that its diff is the review.",
            "",
            "What only a droplet knows stays open: lines that are set in its own files stand alone, and"
                    + " PRIVATE_INTERFACE is the interface with its private address.",
            ""
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  sessionctl render inventory.yml --out rendered && git diff rendered",
            "  sessionctl render inventory.yml --check rendered"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:written, or up to date",
            "2:the folder of --check is out of date; what differs is shown",
            "5:wrong usage, inventory, template or folder; nothing was written"
        })
final class RenderCommand implements Callable<Integer> {
    @Mixin
    private final InventoryOptions options = new InventoryOptions();

    @ArgGroup(multiplicity = "1")
    private Aim aim = new Aim();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** One of both. */
    private static final class Aim {
        @Option(
                names = "--out",
                paramLabel = "DIR",
                description = "Write the files here: a new or empty folder, or one that render has written.")
        private @Nullable Path out;

        @Option(
                names = "--check",
                paramLabel = "DIR",
                description = "Only compare the files here, and exit 2 when they are out of date.")
        private @Nullable Path check;
    }

    @Override
    public Integer call() {
        if (String.valueOf(aim.check == null ? aim.out : aim.check).isEmpty()) {
            throw new CliFailure(ExitCode.USAGE, "--out and --check need the name of a folder, . for the current one");
        }
        Map<String, String> files = RenderedFiles.of(options.cluster(), options.templates());
        return aim.check == null
                ? write(RenderFolder.toWrite(String.valueOf(aim.out)), files)
                : check(aim.check, files);
    }

    private int write(RenderFolder folder, Map<String, String> files) {
        RenderFolder.Written written = folder.write(files);
        PrintWriter err = spec.commandLine().getErr();
        written.left()
                .forEach(
                        path -> err.println(path + " is no longer wanted, but somebody changed it since, so it stays"));
        say(
                written.changed() == 0 && written.removed() == 0
                        ? folder + " is up to date: " + files.size() + " files"
                        : folder + ": " + files.size() + " files, " + written.changed() + " of them written, "
                                + written.removed() + " others removed");
        return ExitCode.OK;
    }

    private int check(Path path, Map<String, String> files) {
        RenderFolder folder = RenderFolder.written(path.toString(), options.invocation());
        Map<String, String> differences = folder.differences(files);
        if (differences.isEmpty()) {
            say(folder + " is up to date: " + files.size() + " files");
            return ExitCode.OK;
        }
        differences.values().forEach(this::say);
        say(folder + " is out of date, in " + differences.size() + " files; write it with: "
                + options.invocation().offline("render", "--out", folder.toString()));
        return ExitCode.CHANGES;
    }

    private void say(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(text);
        out.flush();
    }
}
