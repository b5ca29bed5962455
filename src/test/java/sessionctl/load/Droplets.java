package sessionctl.load;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** The droplets in the traffic, as a load balancer knows them. */
final class Droplets {
    private final Map<String, Droplet> byName = new LinkedHashMap<>();
    private final List<Droplet> in = new ArrayList<>();
    private final List<Droplet> leaving = new ArrayList<>();
    private final List<Droplet> joined = new ArrayList<>();
    private final Random random;
    private int turn;

    Droplets(List<String> names, Random random) {
        this.random = random;
        names.forEach(name -> in.add(byName.computeIfAbsent(name, Droplet::new)));
    }

    boolean areAny() {
        return !in.isEmpty();
    }

    Droplet any() {
        return in.get(random.nextInt(in.size()));
    }

    Droplet inTurn() {
        return in.get(turn++ % in.size());
    }

    List<Droplet> allShuffled() {
        List<Droplet> all = new ArrayList<>(in);
        Collections.shuffle(all, random);
        return all;
    }

    /** Executes the orders {@code in ADDRESS} and {@code out ADDRESS}. Returns false for other orders. */
    boolean execute(String order) {
        String[] words = order.split(" ");
        if (words.length != 2 || !(words[0].equals("in") || words[0].equals("out"))) {
            return false;
        }
        Droplet droplet = byName.computeIfAbsent(words[1], Droplet::new);
        in.remove(droplet);
        droplet.takeOut(words[0].equals("out"));
        if (droplet.isOut()) {
            leaving.add(droplet);
        } else {
            in.add(droplet);
            joined.add(droplet);
        }
        return true;
    }

    /**
     * Reports each order that is complete. The order {@code out} is complete when no request to the droplet is in
     * flight.
     */
    void answerOrders(Consumer<String> answers) {
        joined.forEach(droplet -> answers.accept("in " + droplet.name()));
        joined.clear();
        leaving.removeIf(droplet -> {
            if (droplet.inFlight() > 0) {
                return false;
            }
            droplet.disconnect();
            answers.accept("out " + droplet.name());
            return true;
        });
    }
}
