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
import sessionctl.action.ActionFailure;
import sessionctl.action.ExitCode;
import sessionctl.action.RenderFolder;
import sessionctl.desired.RenderedFiles;

/** The {@code render} command: writes the desired files and rules of every droplet to a folder, for reviews. */
@Command(
        name = "render",
        description = {
            "Write the files and rules of every droplet to a folder, without a connection, for review as a diff.",
            "",
            "For files that a droplet already has, only the lines that sessionctl sets are written. PRIVATE_INTERFACE"
                    + " stands for the interface with the private address.",
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
            "2:the folder of --check is out of date; the differences are shown",
            "5:wrong usage, inventory, template or folder; nothing was written"
        })
final class RenderCommand implements Callable<Integer> {
    @Mixin
    private final InventoryOptions options = new InventoryOptions();

    @ArgGroup(multiplicity = "1")
    private Target target = new Target();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** The folder to write or to check; exactly one of both options must be given. */
    private static final class Target {
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
        if (String.valueOf(target.check == null ? target.out : target.check).isEmpty()) {
            throw new ActionFailure(
                    ExitCode.USAGE, "--out and --check need the name of a folder, . for the current one");
        }
        Map<String, String> files = RenderedFiles.of(options.cluster(), options.templates());
        return target.check == null
                ? write(RenderFolder.openForWriting(String.valueOf(target.out)), files)
                : check(target.check, files);
    }

    private int write(RenderFolder folder, Map<String, String> files) {
        RenderFolder.Written written = folder.write(files);
        PrintWriter err = spec.commandLine().getErr();
        written.kept().forEach(path -> err.println(path + " is no longer needed, but was kept: it was changed"));
        print(
                written.changed() == 0 && written.removed() == 0
                        ? folder + " is up to date: " + files.size() + " files"
                        : "Wrote " + files.size() + " files to " + folder + " (" + written.changed() + " changed, "
                                + written.removed() + " removed)");
        return ExitCode.OK;
    }

    private int check(Path path, Map<String, String> files) {
        RenderFolder folder = RenderFolder.openWritten(path.toString(), options.invocation());
        Map<String, String> differences = folder.differences(files);
        if (differences.isEmpty()) {
            print(folder + " is up to date: " + files.size() + " files");
            return ExitCode.OK;
        }
        differences.values().forEach(this::print);
        if (RenderFolder.hasOtherLineEnds(differences)) {
            print("git may convert line ends (core.autocrlf); to keep it from that, write into " + folder
                    + "/.gitattributes: * -text");
        }
        print(folder + " is out of date: " + differences.size() + " files differ. To update it: "
                + options.invocation().offline("render", "--out", folder.toString()));
        return ExitCode.CHANGES;
    }

    private void print(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(text);
        out.flush();
    }
}
