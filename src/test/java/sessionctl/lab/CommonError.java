package sessionctl.lab;

import java.util.List;
import java.util.Map;

/**
 * An error that a provision run must report before it changes anything.
 *
 * @param name what is wrong, in words
 * @param arrange causes the error
 * @param undo removes the cause
 * @param environment additional environment variables
 * @param arguments of {@code provision}; a run that is not refused would change something
 * @param exit the expected exit code
 * @param message the expected parts of the error message
 */
record CommonError(
        String name,
        Runnable arrange,
        Runnable undo,
        Map<String, String> environment,
        List<String> arguments,
        int exit,
        List<String> message) {
    static CommonError of(String name, int exit, List<String> arguments, String... message) {
        return new CommonError(name, () -> {}, () -> {}, Map.of(), arguments, exit, List.of(message));
    }

    CommonError with(String variable, String value) {
        return new CommonError(name, arrange, undo, Map.of(variable, value), arguments, exit, message);
    }

    CommonError when(Runnable made, Runnable unmade) {
        return new CommonError(name, made, unmade, environment, arguments, exit, message);
    }
}
