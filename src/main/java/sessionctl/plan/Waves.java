package sessionctl.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Who may be changed at the same time. */
public final class Waves {
    private Waves() {}

    /**
     * One wave after the other: first all whose changes nobody notices; then those whose visitors wait meanwhile, a
     * quarter of them at a time; then, each alone, those for which the others must answer.
     *
     * @param changes those of one stage, by droplet
     */
    public static <D> List<List<D>> of(Map<D, List<Change>> changes) {
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
        List<List<D>> waves = new ArrayList<>();
        if (!calm.isEmpty()) {
            waves.add(calm);
        }
        int quarter = Math.max(1, holding.size() / 4);
        for (int i = 0; i < holding.size(); i += quarter) {
            waves.add(List.copyOf(holding.subList(i, Math.min(holding.size(), i + quarter))));
        }
        alone.forEach(droplet -> waves.add(List.of(droplet)));
        return waves;
    }
}
