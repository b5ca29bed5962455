package sessionctl.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import sessionctl.command.Invocation;
import sessionctl.desired.TemplateSet;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Inventory;
import sessionctl.inventory.UsualAccess;

/** What a cluster is to be. */
final class InventoryOptions {
    /** What problems call an inventory that is no file. */
    static final String STANDARD_INPUT = "(standard input)";

    @Parameters(
            arity = "0..1",
            paramLabel = "INVENTORY",
            description = "The inventory, - for standard input; $SESSIONCTL_INVENTORY or inventory.yml if left out.")
    private @Nullable String inventory;

    @Option(
            names = "--templates",
            paramLabel = "DIR",
            description = "Use the templates in this folder instead of the shipped ones, file by file.")
    private @Nullable Path templates;

    private @Nullable String read;

    private static String env(String name) {
        String value = System.getenv(name);
        return value == null ? "" : value;
    }

    /** The inventory as it was named on the command line; empty where it was not. */
    String given() {
        return inventory == null ? "" : inventory;
    }

    /** The options as they were given; empty where they were not. */
    List<String> options() {
        return templates == null ? List.of() : List.of("--templates", templates.toString());
    }

    /** How sessionctl was called. */
    Invocation invocation() {
        return new Invocation(given(), options());
    }

    /** The file as the user knows it. */
    String name() {
        if (inventory != null) {
            return inventory;
        }
        return env("SESSIONCTL_INVENTORY").isEmpty() ? "inventory.yml" : env("SESSIONCTL_INVENTORY");
    }

    /** The inventory, read and checked. */
    Cluster cluster() {
        return cluster(UsualAccess.DEFAULT);
    }

    /** The inventory, read and checked, with what is usual where it is silent. */
    Cluster cluster(UsualAccess usual) {
        String name = name();
        String shown = name.equals("-") ? STANDARD_INPUT : name;
        try {
            return Inventory.parse(shown, text(), System.getenv(), usual).orElseThrow(InventoryRefused::new);
        } catch (StackOverflowError | OutOfMemoryError e) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    shown
                            + ": is too long or nested too deeply to be read; write a simpler inventory, as sessionctl init"
                            + " prints it");
        }
    }

    /** The inventory as it was written; standard input can be read only once. */
    String text() {
        if (read == null) {
            read = read(name());
        }
        return read;
    }

    private static String read(String name) {
        try {
            return name.equals("-")
                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : new String(Files.readAllBytes(Path.of(name)), StandardCharsets.UTF_8);
        } catch (IOException | java.nio.file.InvalidPathException e) {
            throw new CliFailure(
                    ExitCode.USAGE,
                    name + ": cannot be read (" + Reason.of(e) + "); name an inventory"
                            + (e instanceof NoSuchFileException
                                    ? ", or write one with: " + Invocation.init(name)
                                    : ""));
        }
    }

    /** The templates, each from the given folder or as shipped. */
    TemplateSet templates() {
        return new TemplateSet(templateTexts());
    }

    /** Their texts by their names. */
    Map<String, String> templateTexts() {
        Map<String, String> texts = new LinkedHashMap<>();
        TemplateSet.NAMES.forEach(name -> texts.put(name, Shipped.text("templates/" + name)));
        if (templates != null) {
            texts.putAll(TemplateFolder.texts(templates));
        }
        return texts;
    }
}
