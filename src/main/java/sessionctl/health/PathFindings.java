package sessionctl.health;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Droplet;
import sessionctl.verify.Answer;
import sessionctl.verify.Cell;

/** Who does not reach whose port, as far as nothing else that is known explains it. */
final class PathFindings {
    /** From each droplet: where its network is down, it reaches none of the others. */
    private static final int MOST_CUT = 10;

    private final Map<String, Checked> droplets = new LinkedHashMap<>();
    private final int port;
    private final Remedies remedies;

    PathFindings(List<Checked> checked, int port, Remedies remedies) {
        checked.forEach(c -> droplets.put(c.name(), c));
        this.port = port;
        this.remedies = remedies;
    }

    List<Finding> findings(List<Cell> matrix) {
        List<Finding> findings = new ArrayList<>();
        Map<String, Integer> cut = new LinkedHashMap<>();
        Map<String, String> unknown = new LinkedHashMap<>();
        for (Cell cell : matrix) {
            Checked to = droplets.get(cell.to().name());
            Checked from = droplets.get(cell.from());
            if (!cell.wrong() || to == null) {
                continue;
            }
            if (!cell.mayEnter()) {
                findings.add(stranger(cell));
            } else if (from != null && from.seen() != null) {
                inside(cell, from, to, cut, unknown).ifPresent(findings::add);
            }
        }
        unknown.forEach((from, why) -> findings.add(
                new Finding(Severity.ERROR, from, "which memcached servers it reaches is not known: " + why, "")));
        cut.forEach((from, count) -> {
            if (count > MOST_CUT) {
                String what = "it does not reach memcached on " + (count - MOST_CUT) + " more droplets";
                findings.add(new Finding(Severity.ERROR, from, what, ""));
            }
        });
        return findings;
    }

    /** What is wrong between two droplets, unless that is told of all of the first one's together. */
    private Optional<Finding> inside(
            Cell cell, Checked from, Checked to, Map<String, Integer> cut, Map<String, String> unknown) {
        if (!cell.why().isEmpty()) {
            unknown.putIfAbsent(cell.from(), cell.why());
            return Optional.empty();
        }
        boolean told = to.open() && cut.merge(cell.from(), 1, Integer::sum) <= MOST_CUT;
        return told ? Optional.of(cut(cell, from, to)) : Optional.empty();
    }

    private Finding stranger(Cell cell) {
        return new Finding(
                Severity.ERROR,
                cell.to().name(),
                "its memcached answers hosts outside the cluster at " + cell.address(),
                remedies.firewall());
    }

    private Finding cut(Cell cell, Checked from, Checked to) {
        String what = cell.answer() == Answer.UNKNOWN
                ? "whether it reaches memcached on " + to.name() + " is not known: it did not say"
                : "it does not reach memcached on " + to.name() + " ("
                        + cell.answer().words() + ")";
        if (from.needsFirewall() || to.needsFirewall()) {
            return new Finding(Severity.ERROR, from.name(), what, remedies.firewall());
        }
        String rule = barring(from, "OUTPUT", to.droplet());
        if (rule != null) {
            List<String> words = new ArrayList<>(List.of("iptables", "-D"));
            words.addAll(List.of(rule.substring("-A ".length()).split(" ")));
            return new Finding(
                    Severity.ERROR, from.name(), what + ", for a rule of its own", remedies.on(from.droplet(), words));
        }
        return new Finding(
                Severity.ERROR,
                from.name(),
                what + "; no rule of either bars it, so look at the network between them",
                "");
    }

    private static boolean refuses(String rule) {
        List<String> words = List.of(rule.split(" "));
        int target = words.indexOf("-j") + 1;
        return target > 0 && target < words.size() && Set.of("DROP", "REJECT").contains(words.get(target));
    }

    /** A rule that shuts this way; one that our own change takes care of is none. */
    private @Nullable String barring(Checked where, String chain, Droplet to) {
        if (where.seen() == null || where.seen().firewall() == null) {
            return null;
        }
        return where.seen().firewall().state().v4().rules().stream()
                .filter(r -> r.startsWith("-A " + chain + " ") && refuses(r))
                .filter(r -> r.contains(" -d " + to.privateIp() + "/32 ") || !r.contains(" -d "))
                .filter(r -> r.contains(" --dport " + port + " ") || !r.contains("port"))
                .findFirst()
                .orElse(null);
    }
}
