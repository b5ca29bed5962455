package sessionctl.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Divides droplets into waves. The droplets of a wave are changed at the same time. */
public final class Waves {
    private Waves() {}

    /**
     * One wave.
     *
     * @param needsOthers true if the droplets outside the wave must respond during the change
     */
    public record Wave<D>(List<D> droplets, boolean needsOthers) {
        public Wave {
            droplets = List.copyOf(droplets);
        }
    }

    /**
     * Returns the waves of a stage, in order. The first wave has all droplets whose changes have no risk. Next come
     * droplets whose requests are delayed, a quarter of them at a time. Last come droplets that rely on the others, one
     * at a time.
     *
     * @param changes the changes of one stage, by droplet
     */
    public static <D> List<Wave<D>> of(Map<D, List<Change>> changes) {
        List<D> withoutRisk = new ArrayList<>();
        List<D> delaying = new ArrayList<>();
        List<D> oneByOne = new ArrayList<>();
        changes.forEach((droplet, own) -> {
            if (own.stream().allMatch(c -> c.risk() == Risk.NONE)) {
                withoutRisk.add(droplet);
            } else if (own.stream().allMatch(c -> c.risk() == Risk.NONE || c.risk() == Risk.HOLDS_REQUESTS)) {
                delaying.add(droplet);
            } else {
                oneByOne.add(droplet);
            }
        });
        List<Wave<D>> waves = new ArrayList<>();
        if (!withoutRisk.isEmpty()) {
            waves.add(new Wave<>(withoutRisk, false));
        }
        int quarter = Math.max(1, delaying.size() / 4);
        for (int i = 0; i < delaying.size(); i += quarter) {
            waves.add(new Wave<>(delaying.subList(i, Math.min(delaying.size(), i + quarter)), false));
        }
        oneByOne.forEach(droplet -> waves.add(new Wave<>(List.of(droplet), true)));
        return waves;
    }
}
