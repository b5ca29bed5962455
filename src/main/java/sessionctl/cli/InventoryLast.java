package sessionctl.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Range;

/** Makes the inventory the last argument of a command that has other arguments. */
final class InventoryLast {
    private InventoryLast() {}

    /** Moves the argument. Does nothing for a command without it. */
    static void of(CommandSpec spec) {
        int last = spec.positionalParameters().size() - 1;
        spec.positionalParameters().stream()
                .filter(argument -> argument.paramLabel().equals("INVENTORY"))
                .findFirst()
                .ifPresent(argument -> {
                    spec.remove(argument);
                    spec.addPositional(PositionalParamSpec.builder(argument)
                            .index(Range.valueOf(String.valueOf(last)))
                            .build());
                });
    }
}
