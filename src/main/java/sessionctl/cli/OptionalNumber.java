package sessionctl.cli;

import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** A number that may be left out, also before another word. */
abstract class OptionalNumber implements IParameterConsumer {
    private final int usual;

    private OptionalNumber(int usual) {
        this.usual = usual;
    }

    @Override
    @SuppressWarnings("JdkObsolete") // picocli hands over a Stack
    public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
        boolean given = !words.isEmpty() && words.peek().matches("[1-9]\\d{0,3}");
        option.setValue(given ? Integer.valueOf(words.pop()) : Integer.valueOf(usual));
    }

    /** Of seconds. */
    static final class Seconds extends OptionalNumber {
        Seconds() {
            super(5);
        }
    }

    /** Of runs. */
    static final class Runs extends OptionalNumber {
        Runs() {
            super(20);
        }
    }
}
