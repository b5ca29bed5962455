package sessionctl.action;

import java.util.Map;
import sessionctl.fleet.ProbeResult;
import sessionctl.inventory.Droplet;

/** Prints why logs of droplets could not be read. */
final class ReadFailures {
    private ReadFailures() {}

    /** Prints a line for each failure. Returns the exit code of the worst; {@link ExitCode#OK} if there is none. */
    static <T> int print(Map<Droplet, ProbeResult<T>> answers, Console console) {
        return answers.entrySet().stream()
                .mapToInt(answer -> print(answer.getKey(), answer.getValue(), console))
                .max()
                .orElse(ExitCode.OK);
    }

    private static int print(Droplet droplet, ProbeResult<?> answer, Console console) {
        return answer.fold(
                log -> ExitCode.OK,
                failure -> {
                    console.note(failure.sentence());
                    return ExitCode.UNREACHED;
                },
                why -> {
                    console.note(droplet.name() + ": " + why);
                    return ExitCode.FAILED;
                });
    }
}
