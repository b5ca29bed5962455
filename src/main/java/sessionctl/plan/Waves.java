package sessionctl.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Who may be changed at the same time. */
public final class Waves {
    private Waves() {}

    /**
     * Droplets that are changed at the same time.
     *
     * @param relies whether the others must answer meanwhile
     */
    public record Wave<D>(List<D> droplets, boolean relies) {
        /** These droplets. */
        public Wave {
            droplets = List.copyOf(droplets);
        }
    }

    /**
     * One wave after the other: first all whose changes nobody notices; then those whose visitors wait meanwhile, a
     * quarter of them at a time; then, each alone, those for which the others must answer.
     *
     * @param changes those of one stage, by droplet
     */
    public static <D> List<Wave<D>> of(Map<D, List<Change>> changes) {
        List<D> calm = new ArrayList<>();
        List<D> holding = new ArrayList<>();
        List<D> alone = new ArrayList<>();
        changes.forEach((droplet, own) -> {
            if (own.stream().allMatch(c -> c.risk() == Risk.NONE)) {
                calm.add(droplet);
            } else if (own.stream().allMatch(c -> c.risk() == Risk.NONE || c.risk() == Risk.HOLDS_REQUESTS)) {
                holding.add(droplet);
            } else {
                alone.add(droplet);
            }
        });
        List<Wave<D>> waves = new ArrayList<>();
        if (!calm.isEmpty()) {
            waves.add(new Wave<>(calm, false));
        }
        int quarter = Math.max(1, holding.size() / 4);
        for (int i = 0; i < holding.size(); i += quarter) {
            waves.add(new Wave<>(holding.subList(i, Math.min(holding.size(), i + quarter)), false));
        }
        alone.forEach(droplet -> waves.add(new Wave<>(List.of(droplet), true)));
        return waves;
    }
}
