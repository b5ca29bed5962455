package sessionctl.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import sessionctl.desired.TemplateProblem;
import sessionctl.fleet.Look;
import sessionctl.fleet.OwnFault;
import sessionctl.inventory.Droplet;
import sessionctl.state.Unfit;

/** Keeps what goes wrong with one droplet's answer that droplet's failure: the run continues for the others. */
final class Contained {
    private Contained() {}

    /** Work on what one droplet answered. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws Unfit;
    }

    /**
     * Does the work.
     *
     * @param failed makes a result of the sentence that tells why it could not be done
     */
    static <T> T run(Work<T> work, Function<String, T> failed) {
        try {
            return work.run();
        } catch (Unfit e) {
            return failed.apply(e.sentence());
        } catch (TemplateProblem | CliFailure e) {
            throw e; // no droplet's fault
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return failed.apply(OwnFault.of(e));
        }
    }

    /**
     * Takes in what all droplets answered, without those whose answers alone cannot be taken in.
     *
     * @return the looks, those others as unreadable ones
     */
    static <T> Map<Droplet, Look<T>> together(Map<Droplet, Look<T>> looks, Consumer<Map<Droplet, Look<T>>> work) {
        String why = fault(looks, work);
        if (why.isEmpty()) {
            return looks;
        }
        Map<Droplet, Look<T>> rest = new LinkedHashMap<>();
        looks.forEach((droplet, look) -> {
            String alone = look instanceof Look.Seen<T> ? fault(Map.of(droplet, look), work) : "";
            rest.put(droplet, alone.isEmpty() ? look : new Look.Unreadable<>(alone));
        });
        work.accept(rest);
        return rest;
    }

    private static <T> String fault(Map<Droplet, Look<T>> looks, Consumer<Map<Droplet, Look<T>>> work) {
        return run(
                () -> {
                    work.accept(looks);
                    return "";
                },
                why -> why);
    }
}
