package sessionctl.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import sessionctl.command.CommandResult;
import sessionctl.inventory.Droplet;
import sessionctl.ports.DropCause;
import sessionctl.ports.PortMatrix;
import sessionctl.ports.PortProbe;
import sessionctl.ports.PortProbes;
import sessionctl.state.DropletFacts;
import sessionctl.state.FileState;
import sessionctl.state.MemcachedFlags;
import sessionctl.verify.http.HttpFailure;
import sessionctl.verify.http.ProbeResponse;

/** The checks of the memcached servers: their state, their reachability, and the sessions that they hold. */
final class MemcachedChecks {
    /** The line of a unit by which systemd calls the guard. */
    private static final Pattern JOINS = Pattern.compile("(?m)^ExecStartPost=.* /usr/local/lib/sessionctl/guard join$");

    private final VerificationContext context;
    private final HttpChecks web;
    private final Set<String> down = new LinkedHashSet<>();
    private final Map<String, CheckFailure> fenced = new LinkedHashMap<>();

    /** The last answer for a session of each droplet's own, which only that droplet's PHP wrote. */
    private final Map<Droplet, ProbeResponse> ownSessions = new LinkedHashMap<>();

    private SessionReplicas replicas = new SessionReplicas(Map.of(), Map.of(), 0);

    MemcachedChecks(VerificationContext context, HttpChecks web) {
        this.context = context;
        this.web = web;
    }

    /** Checks that every memcached runs at the address and port where PHP expects it. */
    CheckResult checkServers() {
        List<CheckFailure> findings = new ArrayList<>();
        for (Droplet droplet : context.spec().staying()) {
            String what = findFault(droplet, context.facts(droplet));
            if (!what.isEmpty()) {
                down.add(droplet.name());
                findings.add(new CheckFailure(droplet.name(), what, "run: {sessionctl provision}"));
            } else if (context.facts(droplet).guardState().fenced()) {
                down.add(droplet.name());
                fenced.put(droplet.name(), fenceFailure(droplet));
            }
        }
        String detail = "checked with systemd and the process arguments";
        return CheckResult.of("memcached", "every memcached runs at its private address", detail, findings);
    }

    private CheckFailure fenceFailure(Droplet droplet) {
        String status = context.facts(droplet)
                .guardState()
                .guardStatus()
                .replaceFirst(" \\d+ ", ": ")
                .replaceAll("; run: .*", "");
        String what = "its guard keeps PHP away from memcached (" + status + ")";
        return new CheckFailure(droplet.name(), what, "run: {sessionctl provision}");
    }

    private String findFault(Droplet droplet, DropletFacts facts) {
        MemcachedFlags flags = facts.memcachedFlags();
        if (flags.flags().isEmpty() && !facts.state().service("memcached").running()) {
            return "memcached does not run";
        }
        String wanted = droplet.privateIp().text();
        List<String> others = flags.addressesInsteadOf(wanted);
        if (!others.isEmpty()) {
            return "memcached listens at " + String.join(", ", others) + ", not at " + wanted;
        }
        String wantedPort = Integer.toString(context.spec().port());
        String port = flags.port().orElse(wantedPort);
        if (!port.equals(wantedPort)) {
            return "memcached listens at port " + port + ", not at " + wantedPort;
        }
        return "";
    }

    /** Checks that every droplet reaches every memcached. */
    CheckResult checkConnections() {
        List<Droplet> members = context.spec().staying();
        PortMatrix matrix = new PortMatrix(members, context.spec().port());
        // Connections to a memcached that is known to be down or fenced show nothing new, unless packets are lost: a
        // sentinel fences a memcached that another droplet does not reach.
        Predicate<PortProbe> isNews = probe -> {
            String to = probe.to().name();
            return probe.isWrong() && (!down.contains(to) || (fenced.containsKey(to) && probe.isDropped()));
        };
        List<PortProbe> probes = context.explain(
                PortProbes.of(context.onAll(
                                context.spec().droplets(), droplet -> matrix.probeFrom(droplet, context.shell(droplet)))
                        .values()),
                isNews);
        List<CheckFailure> failures = new ArrayList<>();
        Map<String, CheckFailure> unexplained = new LinkedHashMap<>(fenced);
        probes.stream().filter(isNews).forEach(probe -> {
            failures.add(describeWrong(probe));
            unexplained.remove(probe.to().name());
        });
        failures.addAll(unexplained.values());
        String detail = probes.size() + " connections tested";
        return CheckResult.of("network", "every droplet reaches every memcached", detail, failures)
                .skippedAfter(String.join(", ", down));
    }

    private static CheckFailure describeWrong(PortProbe probe) {
        String to = probe.to().name();
        String where = " at " + probe.address() + " (" + probe.state().words() + ")";
        DropCause cause = probe.cause();
        if (cause != null && !cause.isFixedByProvision()) {
            return new CheckFailure(
                    probe.from(), "it does not reach memcached on " + to + where + ": " + cause.what(), cause.remedy());
        }
        return probe.from().equals(to)
                ? new CheckFailure(
                        to,
                        "its own PHP does not reach its memcached" + where,
                        "run: {sessionctl provision}; see iptables -S there")
                : new CheckFailure(
                        probe.from(),
                        "it does not reach memcached on " + to + where,
                        "run: {sessionctl provision}; if that does not open the port, find the rule with iptables -S on "
                                + to + " and " + probe.from());
    }

    /** Checks that a session that any PHP wrote is on every memcached, or on as many as the cluster keeps replicas. */
    CheckResult checkReplicas() {
        int required = context.spec().cluster().copies();
        String property =
                "every session is on " + (hasPartialReplicas() ? required + " memcacheds or more" : "every memcached");
        if (web.serving().isEmpty()) {
            return CheckResult.skipped("copies", property, HttpChecks.NO_PAGE);
        }
        List<CheckFailure> findings = new ArrayList<>();
        ownSessions.putAll(context.request(web.serving(), this::writeSession, findings));
        replicas = readReplicas();
        findings.addAll(replicas.findings());
        String detail = "one session from each droplet, searched for on "
                + replicas.held().size() + " of " + context.spec().staying().size() + " servers";
        String whySkipped = replicas.required() == 0 ? "fewer copies than servers, and not all servers answered" : "";
        return CheckResult.of("copies", property, detail, findings)
                .skippedAfter(String.join(", ", down))
                .skippedAfter(whySkipped);
    }

    private SessionReplicas readReplicas() {
        List<Droplet> asked = context.spec().staying().stream()
                .filter(d -> !down.contains(d.name()))
                .toList();
        Map<String, Map<String, String>> held = context.readReplicas(asked, ids());
        Map<String, String> written = new LinkedHashMap<>();
        ownSessions.forEach((droplet, visit) -> written.put(droplet.name(), visit.id()));
        return new SessionReplicas(written, held, requiredReplicas(held.size()));
    }

    private boolean hasPartialReplicas() {
        return context.spec().cluster().hasPartialReplicas();
    }

    /**
     * Returns the number of inspected servers that must hold a session. With partial replicas, a session may be on any
     * server, so the result is 0 (unknown) unless all servers were inspected.
     */
    private int requiredReplicas(int asked) {
        if (!hasPartialReplicas()) {
            return asked;
        }
        return asked == context.spec().cluster().staying().size()
                ? context.spec().cluster().copies()
                : 0;
    }

    private ProbeResponse writeSession(Droplet droplet) throws HttpFailure {
        ProbeResponse first = context.count(droplet, "");
        return context.count(droplet, first.cookie());
    }

    private List<String> ids() {
        return ownSessions.values().stream().map(ProbeResponse::id).toList();
    }

    /**
     * Checks that PHP finds a session that one server lacks. Deletes each session's replica from one server after
     * another, one of which is the server that PHP asks first, and reads the session again.
     */
    CheckResult checkFallback() {
        Set<Droplet> losers = new LinkedHashSet<>();
        SessionFailures lost = new SessionFailures();
        for (Droplet server : context.spec().staying()) {
            String address = server.privateIp().text();
            CommandResult deleted = context.run(
                    server,
                    SessionReplicas.deleteCommand(address, context.spec().port(), ids()));
            context.checkNotAborted();
            if (deleted.ok()) {
                context.onAll(List.copyOf(ownSessions.keySet()), this::readAgain)
                        .forEach((droplet, kept) -> {
                            if (!kept) {
                                losers.add(droplet);
                                lost.add(id(droplet), SessionFailure.How.LOST, droplet.name());
                            }
                        });
            }
        }
        return checkFallback(losers, lost.all());
    }

    private String id(Droplet droplet) {
        ProbeResponse visit = ownSessions.get(droplet);
        return visit == null ? "" : visit.id();
    }

    private boolean readAgain(Droplet droplet) {
        ProbeResponse before = ownSessions.get(droplet);
        try {
            if (before == null) {
                return true;
            }
            ProbeResponse visit = context.count(droplet, before.cookie());
            synchronized (ownSessions) {
                ownSessions.put(droplet, visit);
            }
            return visit.before() == before.step();
        } catch (HttpFailure e) {
            return false;
        }
    }

    private CheckResult checkFallback(Set<Droplet> losers, List<SessionFailure> lost) {
        String property = "an empty server does not destroy sessions";
        if (losers.isEmpty()) {
            return CheckResult.of(
                    "fallback", property, "a session deleted from any one server was still read", List.of());
        }
        String modules = losers.stream().map(web::module).distinct().collect(Collectors.joining(", "));
        String begins = "PHP's memcache module " + modules
                + " starts an empty session if its first server lacks it, so a restart of memcached without a guard"
                + " loses 1 of " + context.spec().staying().size() + " sessions";
        List<CheckFailure> findings = context.spec().staying().stream()
                .filter(d -> !isGuarded(context.facts(d)))
                .map(d -> new CheckFailure(
                        d.name(), "its memcached has no guard, and " + begins, guardRemedy(context.facts(d)), lost))
                .toList();
        return CheckResult.of("fallback", property, begins + "; every server's guard prevents that", findings);
    }

    /** Returns the remedy for a droplet without a guard. */
    static String guardRemedy(DropletFacts facts) {
        return facts.canHaveGuard()
                ? "run: {sessionctl provision}"
                : "a guard needs systemd and memcached 1.5 or newer: upgrade it to a release that has both";
    }

    /**
     * Returns true if the droplet's guard keeps PHP away from memcached until it is in sync, whichever program starts
     * memcached.
     */
    static boolean isGuarded(DropletFacts facts) {
        return !facts.guardState().guardStatus().isEmpty()
                && facts.state().files().containsKey("/usr/local/lib/sessionctl/guard")
                && facts.state().file("/etc/systemd/system/memcached.service.d/sessionctl.conf")
                        instanceof FileState.Present unit
                && JOINS.matcher(unit.content()).find();
    }

    SessionReplicas replicas() {
        return replicas;
    }
}
