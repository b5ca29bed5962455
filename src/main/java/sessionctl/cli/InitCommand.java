package sessionctl.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sessionctl.action.ActionFailure;
import sessionctl.action.BundledResources;
import sessionctl.action.ExitCode;
import sessionctl.action.IoMessages;
import sessionctl.inventory.InventorySchema;
import sessionctl.inventory.discovery.DiscoveredDroplets;
import sessionctl.inventory.discovery.InvalidListingException;
import sessionctl.inventory.discovery.StarterInventory;
import sessionctl.inventory.discovery.ToolOutput;
import sessionctl.report.TerminalSafe;
import sessionctl.report.json.JsonText;

/** The {@code init} command: prints a starter inventory, one made from another tool's list, or the JSON Schema. */
@Command(
        name = "init",
        description = {
            "Print a commented starter inventory.",
            "",
            "With --from, its droplets come from the output of another tool: doctl compute droplet list -o json,"
                    + " terraform show -json, terraform output -json, ansible-inventory --list, a terraform.tfstate, or lines of"
                    + " name, public and private address.",
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
            "1:printed without droplets or settings that cannot be used; standard error names them",
            "5:wrong usage, or no droplet that can be used; nothing was printed"
        })
final class InitCommand implements Callable<Integer> {
    private static final String EXAMPLE = "inventories/example.yml";

    @Option(names = "--from", paramLabel = "FILE", description = "The output of another tool, - for standard input.")
    private @Nullable String from;

    @Option(
            names = "--tag",
            paramLabel = "TAG",
            description = "Only droplets with this tag or in this group; given several times, one of them must match.")
    private List<String> tags = new ArrayList<>();

    @Option(
            names = "--name",
            paramLabel = "PATTERN",
            description = "Only droplets whose name matches, with * and ? as in file names; given several times, one"
                    + " pattern must match.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--schema", description = "Print the JSON Schema of inventories instead, for editors.")
    private boolean schema;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (from == null && !(tags.isEmpty() && names.isEmpty())) {
            throw new ActionFailure(ExitCode.USAGE, "--tag and --name select from the droplets of --from; name a file");
        }
        if (schema && from != null) {
            throw new ActionFailure(ExitCode.USAGE, "--schema and --from print different things; give one of them");
        }
        if (from != null) {
            return droplets(from);
        }
        print(schema ? JsonText.of(InventorySchema.of()) : BundledResources.text(EXAMPLE));
        return ExitCode.OK;
    }

    private int droplets(String source) {
        try {
            DiscoveredDroplets listing =
                    ToolOutput.read(source.equals("-") ? "(standard input)" : source, read(source));
            StarterInventory starter = StarterInventory.of(BundledResources.text(EXAMPLE), listing.select(tags, names));
            PrintWriter err = spec.commandLine().getErr();
            starter.leftOut().stream().map(TerminalSafe::line).forEach(err::println);
            if (starter.usable() == 0) {
                throw new ActionFailure(ExitCode.USAGE, "No droplet can be used, so no inventory was printed.");
            }
            print(starter.text());
            return starter.leftOut().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
        } catch (StackOverflowError | OutOfMemoryError e) {
            throw new ActionFailure(
                    ExitCode.USAGE,
                    "--from: " + source + " is too long or nested too deeply to be read; give fewer droplets at once");
        } catch (InvalidListingException e) {
            throw new ActionFailure(ExitCode.USAGE, e.sentence());
        }
    }

    private static String read(String source) {
        try {
            return source.equals("-")
                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : new String(Files.readAllBytes(Path.of(source)), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ActionFailure(
                    ExitCode.USAGE,
                    "--from: " + source + " cannot be read (" + IoMessages.of(e)
                            + "); name a file, or - for standard input");
        }
    }

    private void print(String text) {
        spec.commandLine().getOut().print(text);
        spec.commandLine().getOut().flush();
    }
}
