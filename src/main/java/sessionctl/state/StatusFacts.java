package sessionctl.state;

/** The facts that one probe for {@code status} found: the droplet's state and its health. */
public record StatusFacts(DropletFacts facts, HealthMetrics metrics) {}
