package sessionctl.cli;

import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Parses the number of an option that may be given without one. The next word is its value only if it is a number, so
 * that an inventory may follow.
 */
abstract class OptionalNumber implements IParameterConsumer {
    private final int defaultValue;

    private OptionalNumber(int defaultValue) {
        this.defaultValue = defaultValue;
    }

    @Override
    @SuppressWarnings("JdkObsolete") // picocli hands over a Stack
    public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
        boolean given = !words.isEmpty() && words.peek().matches("\\d{1,4}");
        if (given && Integer.parseInt(words.peek()) == 0) {
            throw new ParameterException(
                    command.commandLine(), ((OptionSpec) option).longestName() + " must be 1 or more (got 0)");
        }
        option.setValue(given ? Integer.valueOf(words.pop()) : Integer.valueOf(defaultValue));
    }

    /** The seconds of {@code --watch}; 5 if left out. */
    static final class Seconds extends OptionalNumber {
        Seconds() {
            super(5);
        }
    }

    /** The number of runs of {@code --history}; 20 if left out. */
    static final class Runs extends OptionalNumber {
        Runs() {
            super(20);
        }
    }
}
