package sessionctl.health;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Droplet;
import sessionctl.ports.PortProbe;
import sessionctl.ports.PortState;
import sessionctl.state.SentinelState;

/** Findings about failed connections to memcached ports that no other finding explains. */
final class PathFindings {
    /** The limit of findings per source droplet: a droplet whose network is down reaches none of the others. */
    private static final int MAX_FINDINGS = 10;

    private final Map<String, DropletHealth> droplets = new LinkedHashMap<>();
    private final int port;
    private final Remedies remedies;

    PathFindings(List<DropletHealth> checked, int port, Remedies remedies) {
        checked.forEach(c -> droplets.put(c.name(), c));
        this.port = port;
        this.remedies = remedies;
    }

    List<Finding> findings(List<PortProbe> matrix) {
        List<Finding> findings = new ArrayList<>();
        Map<String, Integer> failed = new LinkedHashMap<>();
        Map<String, String> unknown = new LinkedHashMap<>();
        for (PortProbe probe : matrix) {
            DropletHealth to = droplets.get(probe.to().name());
            DropletHealth from = droplets.get(probe.from());
            if (!probe.isWrong() || to == null) {
                continue;
            }
            if (!probe.mustBeOpen()) {
                findings.add(outsideFinding(probe));
            } else if (from != null && from.statusFacts() != null) {
                findInside(probe, from, to, failed, unknown).ifPresent(findings::add);
            }
        }
        unknown.forEach((from, why) -> findings.add(
                Finding.error(from, "its connections to the memcached servers are not known: " + why, "")));
        failed.forEach((from, count) -> {
            if (count > MAX_FINDINGS) {
                String what = "it does not reach memcached on " + (count - MAX_FINDINGS) + " more droplets";
                findings.add(Finding.error(from, what, ""));
            }
        });
        return findings;
    }

    /** Returns the droplets whose memcached another droplet does not reach, by name: their sentinels fence them for that. */
    static Set<String> unreachedServers(List<PortProbe> matrix) {
        return matrix.stream()
                .filter(probe -> probe.mustBeOpen() && probe.isDropped())
                .map(probe -> probe.to().name())
                .collect(Collectors.toSet());
    }

    /**
     * Returns the finding for a failed connection between two droplets. Returns nothing if one finding covers all
     * connections of the source droplet, or if the target is not open or is blocked, which is a finding of its own.
     */
    private Optional<Finding> findInside(
            PortProbe probe,
            DropletHealth from,
            DropletHealth to,
            Map<String, Integer> failed,
            Map<String, String> unknown) {
        if (!probe.why().isEmpty()) {
            unknown.putIfAbsent(probe.from(), probe.why());
            return Optional.empty();
        }
        boolean reported = (probe.isDropped() ? to.servesItsAddress() : to.isOpen() && !blocks(from, to))
                && failed.merge(probe.from(), 1, Integer::sum) <= MAX_FINDINGS;
        return reported ? Optional.of(pathFinding(probe, from, to)) : Optional.empty();
    }

    private static boolean blocks(DropletHealth from, DropletHealth to) {
        SentinelState sentinel = from.sentinel();
        String address = to.droplet().privateIp().text();
        return sentinel != null
                && sentinel.silent().stream().anyMatch(s -> s.address().equals(address));
    }

    private Finding outsideFinding(PortProbe probe) {
        return Finding.error(
                probe.to().name(),
                "its memcached answers hosts outside the cluster at " + probe.address(),
                remedies.provision());
    }

    private Finding pathFinding(PortProbe probe, DropletHealth from, DropletHealth to) {
        String what = probe.state() == PortState.UNKNOWN
                ? "its connection to memcached on " + to.name() + " is not known: its answer lacks it"
                : "it does not reach memcached on " + to.name() + " ("
                        + probe.state().words() + ")";
        if (from.needsFirewall() || to.needsFirewall()) {
            return Finding.error(from.name(), what, remedies.provision());
        }
        String rule = barring(from, to.droplet());
        if (rule != null) {
            List<String> words = new ArrayList<>(List.of("iptables", "-D"));
            words.addAll(List.of(rule.substring("-A ".length()).split(" ")));
            return Finding.error(
                    from.name(), what + ", because of a rule of its own", remedies.onDroplet(from.droplet(), words));
        }
        return Finding.error(
                from.name(), what + "; no rule on either side blocks it, so check the network between them", "");
    }

    /**
     * Returns the first rule of the source droplet that surely blocks this connection; null if none is known. Rules of
     * the target before sessionctl's own are a change of its firewall, and later ones do not apply to its peers.
     */
    private @Nullable String barring(DropletHealth from, Droplet to) {
        if (from.statusFacts() == null || from.statusFacts().facts().firewall() == null) {
            return null;
        }
        Pattern barring = Pattern.compile(String.format(
                "-A OUTPUT (-s %s/32 )?(-d %s/32 )?(-p tcp (-m tcp )?)?(--dport %d )?-j (DROP|REJECT)( --reject-with"
                        + " \\S+)?",
                Pattern.quote(from.droplet().privateIp().text()),
                Pattern.quote(to.privateIp().text()),
                port));
        return from.statusFacts().facts().firewall().state().v4().rules().stream()
                .filter(barring.asMatchPredicate())
                .findFirst()
                .orElse(null);
    }
}
