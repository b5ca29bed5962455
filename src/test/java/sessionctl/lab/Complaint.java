package sessionctl.lab;

import java.util.List;
import java.util.Map;

/**
 * One thing that is wrong.
 *
 * @param name what is wrong, in words
 * @param arrange makes it so
 * @param undo takes it back
 * @param arguments of {@code provision}; there is something to change wherever it gets that far
 * @param exit the exit code
 * @param says parts of the sentence that is to be read then
 */
record Complaint(
        String name,
        Runnable arrange,
        Runnable undo,
        Map<String, String> environment,
        List<String> arguments,
        int exit,
        List<String> says) {
    static Complaint of(String name, int exit, List<String> arguments, String... says) {
        return new Complaint(name, () -> {}, () -> {}, Map.of(), arguments, exit, List.of(says));
    }

    Complaint with(String variable, String value) {
        return new Complaint(name, arrange, undo, Map.of(variable, value), arguments, exit, says);
    }

    Complaint when(Runnable made, Runnable unmade) {
        return new Complaint(name, made, unmade, environment, arguments, exit, says);
    }
}
