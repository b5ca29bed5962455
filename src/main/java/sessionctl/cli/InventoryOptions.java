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
import sessionctl.action.ActionFailure;
import sessionctl.action.BundledResources;
import sessionctl.action.ExitCode;
import sessionctl.action.IoMessages;
import sessionctl.command.Invocation;
import sessionctl.desired.TemplateSet;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Inventory;
import sessionctl.inventory.SshDefaults;

/** The options that describe a cluster: its inventory and its templates. */
final class InventoryOptions {
    /** The file name in problems of an inventory from standard input. */
    static final String STANDARD_INPUT = "(standard input)";

    @Parameters(
            arity = "0..1",
            paramLabel = "INVENTORY",
            description = "The inventory, - for standard input (default: $SESSIONCTL_INVENTORY, otherwise"
                    + " inventory.yml).")
    private @Nullable Path argument;

    @Option(
            names = {"-i", "--inventory"},
            paramLabel = "FILE",
            description = "The inventory, as the argument INVENTORY.")
    private @Nullable Path option;

    @Option(
            names = "--templates",
            paramLabel = "DIR",
            description = "Use the templates in this folder instead of the shipped ones, file by file.")
    private @Nullable Path templates;

    private @Nullable String read;

    /** Returns options with these values. */
    static InventoryOptions of(@Nullable Path argument, @Nullable Path option) {
        InventoryOptions options = new InventoryOptions();
        options.argument = argument;
        options.option = option;
        return options;
    }

    /**
     * Sets the inventory's file name from the first argument of a command, which may be something else.
     *
     * @throws ActionFailure if another argument already names the inventory
     */
    void giveFirst(Path file) {
        if (argument != null) {
            throw new ActionFailure(
                    ExitCode.USAGE, "two inventories are given, " + file + " and " + argument + "; give one of them");
        }
        argument = file;
    }

    private static String env(String name) {
        String value = System.getenv(name);
        return value == null ? "" : value;
    }

    /**
     * Returns the inventory's file name as it was given on the command line; empty if it was not given.
     *
     * @throws ActionFailure if the argument and the option name different files
     */
    String given() {
        if (argument != null && option != null && !argument.equals(option)) {
            throw new ActionFailure(
                    ExitCode.USAGE,
                    "two inventories are given, " + argument + " and --inventory " + option + "; give one of them");
        }
        Path given = argument == null ? option : argument;
        return given == null ? "" : given.toString();
    }

    /** Returns the options that were given, without the inventory; empty if there are none. */
    List<String> options() {
        return templates == null ? List.of() : List.of("--templates", templates.toString());
    }

    /** Returns how sessionctl was called, for commands in messages. */
    Invocation invocation() {
        return new Invocation(given(), options());
    }

    /** Returns the inventory's file name: the given one, $SESSIONCTL_INVENTORY or {@code inventory.yml}. */
    String name() {
        if (argument != null || option != null) {
            return given();
        }
        return env("SESSIONCTL_INVENTORY").isEmpty() ? "inventory.yml" : env("SESSIONCTL_INVENTORY");
    }

    /** Reads and checks the inventory, without the configuration of ssh. */
    Cluster cluster() {
        return cluster(SshDefaults.DEFAULT);
    }

    /**
     * Reads and checks the inventory.
     *
     * @param sshDefaults supplies the SSH settings that the inventory does not set
     * @throws InvalidInventoryException if the inventory has problems
     * @throws ActionFailure if it cannot be read, or is too long or nested too deeply
     */
    Cluster cluster(SshDefaults sshDefaults) {
        String name = name();
        String shown = name.equals("-") ? STANDARD_INPUT : name;
        try {
            return Inventory.parse(shown, text(), System.getenv(), sshDefaults)
                    .orElseThrow(InvalidInventoryException::new);
        } catch (StackOverflowError | OutOfMemoryError e) {
            throw new ActionFailure(
                    ExitCode.USAGE,
                    shown
                            + ": is too long or nested too deeply to be read; write a simpler inventory,"
                            + " as sessionctl init prints it");
        }
    }

    /** Returns the inventory's text. Keeps it, because standard input can be read only once. */
    String text() {
        if (read == null) {
            read = read(name());
        }
        return read;
    }

    /** Replaces the inventory's text, as if the file contained it. */
    void replaceText(String text) {
        read = text;
    }

    private static String read(String name) {
        try {
            return name.equals("-")
                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : new String(Files.readAllBytes(Path.of(name)), StandardCharsets.UTF_8);
        } catch (IOException | java.nio.file.InvalidPathException e) {
            throw new ActionFailure(
                    ExitCode.USAGE,
                    name + ": cannot be read (" + IoMessages.of(e) + "); name an inventory"
                            + (e instanceof NoSuchFileException
                                    ? ", or write one with: " + Invocation.init(name)
                                    : ""));
        }
    }

    /** Returns the templates, each from the folder of {@code --templates} or as shipped. */
    TemplateSet templates() {
        return new TemplateSet(templateTexts());
    }

    /**
     * Returns the templates' texts by name.
     *
     * @throws ActionFailure if the folder of {@code --templates} cannot be used
     */
    Map<String, String> templateTexts() {
        Map<String, String> texts = new LinkedHashMap<>();
        TemplateSet.NAMES.forEach(name -> texts.put(name, BundledResources.text("templates/" + name)));
        if (templates != null) {
            texts.putAll(TemplateFolder.texts(templates));
        }
        return texts;
    }
}
