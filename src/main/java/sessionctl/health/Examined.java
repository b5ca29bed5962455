package sessionctl.health;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Droplet;
import sessionctl.state.Readiness;

/**
 * One droplet before a first run.
 *
 * @param readiness null where nothing is known of it
 * @param wrong what is wrong, by what was looked at
 */
public record Examined(Droplet droplet, @Nullable Readiness readiness, boolean unreached, Map<Aspect, Finding> wrong) {
    /** Copies what is wrong, in order. */
    public Examined {
        Map<Aspect, Finding> copy = new EnumMap<>(Aspect.class);
        copy.putAll(wrong);
        wrong = Collections.unmodifiableMap(copy);
    }
}
