package sessionctl.health;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Droplet;
import sessionctl.state.PreflightFacts;

/**
 * The result of the preflight checks of one droplet.
 *
 * @param facts the facts; null if there are none
 * @param failed the failed checks, with their findings
 */
public record PreflightResult(
        Droplet droplet, @Nullable PreflightFacts facts, boolean unreached, Map<PreflightItem, Finding> failed) {
    /** Copies the failed checks in the order of the enum. */
    public PreflightResult {
        Map<PreflightItem, Finding> copy = new EnumMap<>(PreflightItem.class);
        copy.putAll(failed);
        failed = Collections.unmodifiableMap(copy);
    }
}
