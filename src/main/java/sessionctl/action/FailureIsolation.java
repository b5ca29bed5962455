package sessionctl.action;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import sessionctl.desired.InvalidTemplateException;
import sessionctl.fleet.InternalFailure;
import sessionctl.fleet.ProbeResult;
import sessionctl.inventory.Droplet;
import sessionctl.state.UnsupportedDropletException;

/**
 * Turns an exception about one droplet's answer into that droplet's failure, so that the run continues for the others.
 */
final class FailureIsolation {
    private FailureIsolation() {}

    /** Processes the answer of one droplet. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws UnsupportedDropletException;
    }

    /**
     * Runs the work. Exceptions that are no droplet's fault, as those about templates, are rethrown.
     *
     * @param failed makes the result from the sentence that states why the work failed
     */
    static <T> T run(Work<T> work, Function<String, T> failed) {
        try {
            return work.run();
        } catch (UnsupportedDropletException e) {
            return failed.apply(e.sentence());
        } catch (InvalidTemplateException | ActionFailure e) {
            throw e; // not caused by a droplet
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return failed.apply(InternalFailure.of(e));
        }
    }

    /**
     * Passes the answers of all droplets to the work. If that fails, tests each answer alone, replaces those that fail
     * with {@link ProbeResult.Unreadable}, and runs the work again.
     *
     * @param work may be called several times; the last call has the answers that are returned
     * @return the answers that the work accepted, in the same order
     */
    static <T> Map<Droplet, ProbeResult<T>> together(
            Map<Droplet, ProbeResult<T>> answers, Consumer<Map<Droplet, ProbeResult<T>>> work) {
        String why = fault(answers, work);
        if (why.isEmpty()) {
            return answers;
        }
        Map<Droplet, ProbeResult<T>> rest = new LinkedHashMap<>();
        answers.forEach((droplet, answer) -> {
            String alone = answer instanceof ProbeResult.Answered<T> ? fault(Map.of(droplet, answer), work) : "";
            rest.put(droplet, alone.isEmpty() ? answer : new ProbeResult.Unreadable<>(alone));
        });
        work.accept(rest);
        return rest;
    }

    private static <T> String fault(Map<Droplet, ProbeResult<T>> answers, Consumer<Map<Droplet, ProbeResult<T>>> work) {
        return run(
                () -> {
                    work.accept(answers);
                    return "";
                },
                why -> why);
    }
}
