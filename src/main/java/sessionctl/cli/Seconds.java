package sessionctl.cli;

import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** A number of seconds that may be left out, also before another word. */
final class Seconds implements IParameterConsumer {
    private static final int USUAL = 5;

    @Override
    @SuppressWarnings("JdkObsolete") // picocli hands over a Stack
    public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
        boolean given = !words.isEmpty() && words.peek().matches("[1-9]\\d{0,3}");
        option.setValue(given ? Integer.valueOf(words.pop()) : Integer.valueOf(USUAL));
    }
}
