package sessionctl.health;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.state.SentinelState;

/** Findings about what the sentinels report: silent servers that they block, and servers that flap. */
final class SentinelFindings {
    static final String DOES_NOT_RUN =
            "its sentinel does not run, so a silent network or a hung memcached costs sessions";

    private static final String HANGS = "its sentinel hangs, so a silent network or a hung memcached costs sessions";

    private static final long DAY = 86_400;

    /** A server that sentinels block. */
    private static final class Block {
        private final List<String> by = new ArrayList<>();
        private long since = Long.MAX_VALUE;
        private String reason = "";
    }

    private final Cluster cluster;
    private final List<DropletHealth> droplets;
    private final Remedies remedies;

    SentinelFindings(Cluster cluster, List<DropletHealth> droplets, Remedies remedies) {
        this.cluster = cluster;
        this.droplets = droplets;
        this.remedies = remedies;
    }

    /**
     * Returns the findings.
     *
     * @param explained the names of the droplets of which other findings say why they do not answer
     */
    List<Finding> findings(Set<String> explained) {
        List<Finding> findings = new ArrayList<>();
        Map<String, Block> blocks = new LinkedHashMap<>();
        Map<String, Integer> flapping = new TreeMap<>();
        for (DropletHealth health : droplets) {
            if (health.hasHungSentinel()) {
                List<String> restart = List.of("systemctl", "restart", SentinelState.SERVICE + ".service");
                String remedy = remedies.onDroplet(health.droplet(), restart);
                findings.add(Finding.warning(health.name(), HANGS, remedy));
            }
            SentinelState sentinel = health.sentinel();
            if (sentinel != null) {
                sentinel.silent().forEach(silence -> add(blocks, health.name(), silence));
                sentinel.flapping().forEach(f -> flapping.merge(f.address(), f.count(), Math::max));
            }
        }
        blocks.forEach(
                (address, block) -> blockFinding(address, block, explained).ifPresent(findings::add));
        flapping.forEach((address, count) -> findings.add(
                Finding.warning(nameOf(address), "flapping: fenced " + count + " times in 10 minutes", "")));
        return findings;
    }

    private static void add(Map<String, Block> blocks, String by, SentinelState.Silence silence) {
        Block block = blocks.computeIfAbsent(silence.address(), a -> new Block());
        block.by.add(by);
        if (silence.since() < block.since) {
            block.since = silence.since();
            block.reason = silence.reason();
        }
    }

    /** Returns the finding for a blocked server; empty if other findings say why it does not answer. */
    private Optional<Finding> blockFinding(String address, Block block, Set<String> explained) {
        Optional<DropletHealth> health = droplets.stream()
                .filter(d -> d.droplet().privateIp().text().equals(address))
                .findFirst();
        String what = AbsenceFindings.join(block.by) + (block.by.size() == 1 ? " blocks it since " : " block it since ")
                + time(block.since) + "; it " + block.reason;
        if (health.isEmpty()) {
            return Optional.of(Finding.error(nameOf(address), what, ""));
        }
        DropletHealth server = health.get();
        boolean down = !server.runsMemcached() || (server.cache() == null && server.isOpen());
        if (explained.contains(server.name()) || (server.statusFacts() != null && down)) {
            return Optional.empty();
        }
        return Optional.of(
                server.unreached()
                        ? new AbsenceFindings(cluster, remedies).removable(server.droplet(), what)
                        : Finding.error(server.name(), what, ""));
    }

    /** Returns the name of the droplet with this private address; the address if the inventory has none. */
    private String nameOf(String address) {
        return cluster.droplets().stream()
                .filter(d -> d.privateIp().text().equals(address))
                .map(Droplet::name)
                .findFirst()
                .orElse(address);
    }

    /** Formats a time of day, as in "06:35 UTC", and adds the days since then. */
    private String time(long since) {
        long now = droplets.stream().mapToLong(DropletHealth::now).max().orElse(0);
        long days = (now - since) / DAY;
        String ago = days < 1 ? "" : days == 1 ? " yesterday" : " " + days + " days ago";
        return String.format(Locale.ROOT, "%02d:%02d UTC%s", since % DAY / 3600, since % 3600 / 60, ago);
    }
}
