package sessionctl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sessionctl.inventory.InventorySchema;
import sessionctl.inventory.Listing;
import sessionctl.inventory.Starter;
import sessionctl.inventory.UnreadableListing;
import sessionctl.report.JsonText;
import sessionctl.report.Legible;

/** Prints an inventory to start from. */
@Command(
        name = "init",
        description = {
            "Print a commented starter inventory.",
            "",
            "With --from, its droplets are those that another tool lists: doctl compute droplet list -o json, terraform"
                    + " show -json, terraform output -json, ansible-inventory --list, or lines of name, public and"
                    + " private address.",
            ""
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  sessionctl init > inventory.yml",
            "  doctl compute droplet list -o json | sessionctl init --from - --tag web",
            "  sessionctl init --schema > inventory.schema.json"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:printed",
            "1:printed without the droplets that cannot be used; which and why is said",
            "5:wrong usage, or no droplet that can be used; nothing was printed"
        })
final class InitCommand implements Callable<Integer> {
    private static final String EXAMPLE = "inventories/example.yml";

    @Option(names = "--from", paramLabel = "FILE", description = "What another tool lists, - for standard input.")
    private @Nullable String from;

    @Option(
            names = "--tag",
            paramLabel = "TAG",
            description = "Only droplets with this tag or in this group; one of them, if given several times.")
    private List<String> tags = new ArrayList<>();

    @Option(
            names = "--name",
            paramLabel = "PATTERN",
            description = "Only droplets whose name is like this, * and ? as in file names; one of them, if given"
                    + " several times.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--schema", description = "Print the JSON Schema of inventories instead, for editors.")
    private boolean schema;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (from == null && !(tags.isEmpty() && names.isEmpty())) {
            throw new CliFailure(ExitCode.USAGE, "--tag and --name choose among the droplets of --from; name a file");
        }
        if (schema && from != null) {
            throw new CliFailure(ExitCode.USAGE, "--schema and --from print different things; give one of them");
        }
        if (from != null) {
            return droplets(from);
        }
        print(schema ? JsonText.of(InventorySchema.of()) : Shipped.text(EXAMPLE));
        return ExitCode.OK;
    }

    private int droplets(String source) {
        try {
            Listing listing = Listing.read(source.equals("-") ? "(standard input)" : source, read(source));
            Starter starter = Starter.of(Shipped.text(EXAMPLE), listing.chosen(tags, names));
            PrintWriter err = spec.commandLine().getErr();
            starter.leftOut().stream().map(Legible::line).forEach(err::println);
            if (starter.usable() == 0) {
                throw new CliFailure(ExitCode.USAGE, "No droplet is left, so that no inventory was printed.");
            }
            print(starter.text());
            return starter.leftOut().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
        } catch (StackOverflowError | OutOfMemoryError e) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    "--from: " + source + " is too long or nested too deeply to be read; give fewer droplets at once");
        } catch (UnreadableListing e) {
            throw new CliFailure(ExitCode.USAGE, e.sentence());
        }
    }

    private static String read(String source) {
        try {
            return source.equals("-")
                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : new String(Files.readAllBytes(Path.of(source)), StandardCharsets.UTF_8);
        } catch (IOException | InvalidPathException e) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    "--from: " + source + " cannot be read (" + Reason.of(e)
                            + "); name a file, or - for standard input");
        }
    }

    private void print(String text) {
        spec.commandLine().getOut().print(text);
        spec.commandLine().getOut().flush();
    }
}
