package sessionctl.fleet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import sessionctl.command.CommandResult;
import sessionctl.inventory.Droplet;
import sessionctl.state.Actual;
import sessionctl.state.MemcachedFlags;
import sessionctl.verify.BadSession;
import sessionctl.verify.BadSessions;
import sessionctl.verify.Case;
import sessionctl.verify.Cell;
import sessionctl.verify.Cells;
import sessionctl.verify.Copies;
import sessionctl.verify.Finding;
import sessionctl.verify.PortMatrix;
import sessionctl.verify.Reach;
import sessionctl.verify.Visit;
import sessionctl.verify.WebFailure;

/** What the droplets' memcacheds are, who reaches them, and what they hold. */
final class ServerTries {
    private final Ground ground;
    private final WebTries web;
    private final Set<String> down = new LinkedHashSet<>();

    /** A session of each droplet's own, which only its PHP has written: the last answer. */
    private final Map<Droplet, Visit> own = new LinkedHashMap<>();

    private Copies copies = new Copies(Map.of(), Map.of(), 0);

    ServerTries(Ground ground, WebTries web) {
        this.ground = ground;
        this.web = web;
    }

    /** Whether every memcached runs where PHP looks for it. */
    Case memcached() {
        List<Finding> findings = new ArrayList<>();
        for (Droplet droplet : ground.trial().members()) {
            String what = wrong(droplet, ground.actual(droplet));
            if (!what.isEmpty()) {
                down.add(droplet.name());
                boolean rules = ground.actual(droplet).gate().lacksFirewall();
                findings.add(new Finding(
                        droplet.name(),
                        what,
                        (rules ? "run: {sessionctl firewall}, then: " : "run: ") + "{sessionctl provision}"));
            }
        }
        String detail = "asked of systemd, of the process's own arguments and of the guard's gate";
        return Case.of("memcached", "every memcached runs at its private address and is open", detail, findings);
    }

    private String wrong(Droplet droplet, Actual actual) {
        MemcachedFlags flags = actual.memcachedFlags();
        if (flags.flags().isEmpty() && !actual.state().service("memcached").running()) {
            return "memcached does not run";
        }
        List<String> listens = flags.values("-l").stream()
                .flatMap(value -> List.of(value.split(",")).stream())
                .toList();
        String wanted = droplet.privateIp().text();
        if (!listens.isEmpty() && !listens.contains(wanted) && !listens.contains("0.0.0.0")) {
            return "memcached listens at " + String.join(", ", listens) + ", not at " + wanted;
        }
        List<String> ports = flags.values("-p");
        String port = Integer.toString(ground.trial().port());
        if (!ports.isEmpty() && !ports.get(ports.size() - 1).equals(port)) {
            return "memcached listens at port " + ports.get(ports.size() - 1) + ", not at " + port;
        }
        return actual.gate().shut()
                ? "its guard keeps PHP away from memcached ("
                        + actual.gate().told().replaceFirst(" \\d+ ", ": ").replaceAll("; run: .*", "") + ")"
                : "";
    }

    /** Whether every droplet reaches every memcached. */
    Case network() {
        List<Droplet> members = ground.trial().members();
        PortMatrix matrix = new PortMatrix(members, Set.of(), ground.trial().port());
        List<Cell> cells = Cells.of(ground.onAll(
                        ground.trial().droplets(),
                        droplet -> matrix.from(droplet, ground.shell(droplet)),
                        droplet -> List.<Cell>of())
                .values());
        Case ways = Case.of(
                "network",
                "every droplet reaches every memcached",
                cells.size() + " ways tried",
                Reach.findings(cells, down));
        return ways.butNotTried(String.join(", ", down));
    }

    /** Whether every memcached holds what any PHP has written, or as many as should. */
    Case copies() {
        int enough = ground.trial().cluster().copies();
        String promise = "every session is on " + (sparse() ? enough + " memcacheds or more" : "every memcached");
        if (web.serving().isEmpty()) {
            return Case.notTried("copies", promise, WebTries.NOBODY);
        }
        List<Finding> findings = new ArrayList<>();
        ground.onAll(web.serving(), this::written, WebTries::unknown).forEach((droplet, answer) -> {
            if (answer instanceof Visit visit) {
                own.put(droplet, visit);
            } else {
                findings.add((Finding) answer);
            }
        });
        copies = looked();
        findings.addAll(copies.findings());
        String detail = "a session of each droplet's own looked for on "
                + copies.held().size() + " of " + ground.trial().members().size() + " servers";
        String untried = copies.wanted() == 0 ? "fewer copies than servers, and not all were asked" : "";
        return Case.of("copies", promise, detail, findings)
                .butNotTried(String.join(", ", down))
                .butNotTried(untried);
    }

    private Copies looked() {
        List<String> ids = own.values().stream().map(Visit::id).toList();
        Map<String, Map<String, String>> held = new LinkedHashMap<>();
        List<Droplet> asked = ground.trial().members().stream()
                .filter(d -> !down.contains(d.name()))
                .toList();
        ground.onAll(
                        asked,
                        d -> ground.ask(
                                d,
                                Copies.question(address(d), port(), ids),
                                answer -> Copies.read(answer, ids),
                                Map.<String, String>of()),
                        d -> Map.<String, String>of())
                .forEach((droplet, found) -> held.put(droplet.name(), found));
        Map<String, String> written = new LinkedHashMap<>();
        own.forEach((droplet, visit) -> written.put(droplet.name(), visit.id()));
        return new Copies(written, held, wanted(held.size()));
    }

    private boolean sparse() {
        return ground.trial().cluster().sparse();
    }

    /** Of those that were asked; where a session may be on any of them, all must have been. */
    private int wanted(int asked) {
        if (!sparse()) {
            return asked;
        }
        return asked == ground.trial().cluster().members().size()
                ? ground.trial().cluster().copies()
                : 0;
    }

    private Object written(Droplet droplet) {
        try {
            Visit first = ground.count(droplet, "");
            return ground.count(droplet, first.cookie());
        } catch (WebFailure e) {
            return e.on(droplet.name());
        }
    }

    private static String address(Droplet droplet) {
        return droplet.privateIp().text();
    }

    private int port() {
        return ground.trial().port();
    }

    /**
     * Whether a server that lacks a session loses it for anybody. A session's copy is taken from one server after
     * another, one of which is the one that PHP asks first, and read again.
     */
    Case fallback() {
        Set<Droplet> forgetful = new LinkedHashSet<>();
        BadSessions lost = new BadSessions();
        List<String> ids = own.values().stream().map(Visit::id).toList();
        for (Droplet server : ground.trial().members()) {
            CommandResult deleted = ground.run(server, Copies.deletion(address(server), port(), ids));
            ground.goOn();
            if (deleted.ok()) {
                ground.onAll(List.copyOf(own.keySet()), this::readAgain, d -> false)
                        .forEach((droplet, kept) -> {
                            if (!kept) {
                                forgetful.add(droplet);
                                lost.add(id(droplet), BadSession.How.LOST, droplet.name());
                            }
                        });
            }
        }
        return fallback(forgetful, lost.all());
    }

    private String id(Droplet droplet) {
        Visit visit = own.get(droplet);
        return visit == null ? "" : visit.id();
    }

    private boolean readAgain(Droplet droplet) {
        Visit before = own.get(droplet);
        try {
            if (before == null) {
                return true;
            }
            Visit visit = ground.count(droplet, before.cookie());
            synchronized (own) {
                own.put(droplet, visit);
            }
            return visit.before() == before.step();
        } catch (WebFailure e) {
            return false;
        }
    }

    private Case fallback(Set<Droplet> forgetful, List<BadSession> lost) {
        String promise = "a server that lacks a session loses it for nobody";
        if (forgetful.isEmpty()) {
            return Case.of("fallback", promise, "a session that was taken from any one server was read", List.of());
        }
        String modules = forgetful.stream().map(web::module).distinct().collect(Collectors.joining(", "));
        String begins = "PHP's memcache module " + modules
                + " begins an empty session where its first server lacks it, so that a restart of memcached without a"
                + " guard loses 1 of " + ground.trial().members().size() + " sessions";
        List<Finding> findings = ground.trial().members().stream()
                .filter(d -> !guarded(ground.actual(d)))
                .map(d -> new Finding(
                        d.name(), "its memcached has no guard, and " + begins, guardRemedy(ground.actual(d)), lost))
                .toList();
        return Case.of("fallback", promise, begins + "; every server's guard prevents that", findings);
    }

    /** How a droplet gets a guard. */
    static String guardRemedy(Actual actual) {
        return actual.guardable()
                ? "run: {sessionctl provision}"
                : "a guard needs systemd and memcached 1.5 or newer: move it to a release that has both";
    }

    /** Whether PHP is kept away from memcached until it is filled, whoever starts it. */
    static boolean guarded(Actual actual) {
        return !actual.gate().told().isEmpty()
                && actual.state().files().containsKey("/usr/local/lib/sessionctl/guard")
                && actual.state()
                        .file("/etc/systemd/system/memcached.service.d/sessionctl.conf")
                        .toString()
                        .contains("guard join");
    }

    Copies found() {
        return copies;
    }
}
