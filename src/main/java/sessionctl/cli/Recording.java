package sessionctl.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import sessionctl.fleet.Look;
import sessionctl.health.Finding;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.plan.DropletPlan;
import sessionctl.plan.SavedPlan;
import sessionctl.state.Actual;
import sessionctl.state.Unfit;

/** Plans, and what it takes to know them again; nothing of that is made before somebody asks for it. */
final class Recording implements Planning {
    private final Planning plans;
    private final Map<String, Supplier<SavedPlan.Part>> parts = new ConcurrentHashMap<>();

    Recording(Planning plans) {
        this.plans = plans;
    }

    @Override
    public Cluster cluster() {
        return plans.cluster();
    }

    @Override
    public void begin(Map<Droplet, Look<Actual>> looks, List<Droplet> chosen) {
        parts.clear();
        plans.begin(looks, chosen);
    }

    @Override
    public List<Finding> findings(Map<Droplet, Actual> seen, Remedies remedies) {
        return plans.findings(seen, remedies);
    }

    @Override
    public Map<Droplet, List<String>> removed() {
        return plans.removed();
    }

    @Override
    public List<Droplet> exposed() {
        return plans.exposed();
    }

    @Override
    public DropletPlan plan(Droplet droplet, Actual actual) throws Unfit {
        DropletPlan plan = plans.plan(droplet, actual);
        parts.put(droplet.name(), () -> SavedPlan.Part.of(plan, actual));
        return plan;
    }

    @Override
    public DropletPlan last(Droplet droplet, Actual actual) throws Unfit {
        return plans.last(droplet, actual);
    }

    /** Every droplet that was planned, as it was planned last. */
    List<SavedPlan.Part> parts() {
        return cluster().droplets().stream()
                .filter(d -> parts.containsKey(d.name()))
                .map(this::part)
                .toList();
    }

    /** One of them. */
    SavedPlan.Part part(Droplet droplet) {
        Supplier<SavedPlan.Part> part = parts.get(droplet.name());
        if (part == null) {
            throw new IllegalArgumentException(droplet + " was not planned");
        }
        return part.get();
    }
}
