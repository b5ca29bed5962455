package sessionctl.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.action.StatusAction;
import sessionctl.desired.DesiredStates;
import sessionctl.desired.PairwiseFirewall;
import sessionctl.facts.InvalidAnswerException;
import sessionctl.facts.StatusProbe;
import sessionctl.fleet.FakeShells;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.ProbeResult;
import sessionctl.fleet.Progress;
import sessionctl.health.ClusterHealth;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.ports.PortProbe;
import sessionctl.report.Provenance;
import sessionctl.ssh.SshFailure;
import sessionctl.state.FilterTable;
import sessionctl.state.FirewallFacts;
import sessionctl.state.FirewallState;
import sessionctl.state.InterfaceAddress;
import sessionctl.state.PhpSelection;
import sessionctl.state.StatusFacts;
import sessionctl.state.UnsupportedDropletException;

/** Three healthy droplets in service with the answers of real ones, to which tests add faults. */
public final class FaultyClusters {
    /** The provenance of the status pages that tests write. */
    public static final Provenance PROVENANCE = new Provenance(
            "2026-11-24 08:00:00 UTC", "0.1.0", "shop.yml", "sessionctl status shop.yml --html status.html", 0);

    /** The time of the probes, in seconds since 1970. */
    public static final long NOW = 1_795_502_200L;

    public static final String COPIES = "copy 00000001 settled\ncopy 00000002 settled\ncopy 00000003 fresh\n";

    private final Cluster cluster;
    private final Map<Droplet, Answer> answers = new LinkedHashMap<>();
    private final Map<Droplet, SshFailure> failures = new LinkedHashMap<>();
    private final List<PortProbe> matrix = new ArrayList<>();

    /** Creates three droplets, each of which holds all sessions. */
    public FaultyClusters() throws IOException {
        this(Samples.lamps(3));
    }

    /** Creates the droplets of a cluster of three. */
    public FaultyClusters(Cluster cluster) throws IOException {
        this.cluster = cluster;
        for (Droplet droplet : cluster.droplets()) {
            answers.put(droplet, healthy(droplet));
            cluster.droplets()
                    .forEach(to -> matrix.add(cell(droplet.name(), to, true, sessionctl.ports.PortState.OPEN)));
            matrix.add(cell("outside", droplet, false, sessionctl.ports.PortState.SILENT));
        }
    }

    /**
     * Creates three droplets of which the third has left: the others' lists do not name it, and its memcached is
     * stopped for good.
     */
    public static FaultyClusters thirdHasLeft() throws IOException {
        Cluster cluster = Samples.cluster("""
                droplets:
                  - {name: lamp01, public_ip: 203.0.113.1, private_ip: 10.98.0.1}
                  - {name: lamp02, public_ip: 203.0.113.2, private_ip: 10.98.0.2}
                  - {name: lamp03, public_ip: 203.0.113.3, private_ip: 10.98.0.3, leaving: true}
                """);
        FaultyClusters faulty = new FaultyClusters(cluster);
        faulty.with(3, a -> a.replacing(",tcp://10.98.0.3:11211", ""));
        for (int i = 1; i <= 2; i++) {
            faulty.with(i, a -> a.replacing(",tcp://10.98.0.3:11211", ""))
                    .withPort("lamp0" + i, 3, sessionctl.ports.PortState.LEFT)
                    .withPort("lamp03", i, sessionctl.ports.PortState.LEFT);
        }
        String memcached = "Id=memcached.service\nActiveState=%s\nUnitFileState=%s";
        return faulty.withPort("lamp03", 3, sessionctl.ports.PortState.LEFT)
                .with(
                        3,
                        a -> a.replacing(
                                        memcached.formatted("active", "enabled"),
                                        memcached.formatted("inactive", "disabled"))
                                .without("memcached")
                                .with("held", "yes")
                                .with("stats", "")
                                .with("cache", ""));
    }

    static PortProbe cell(String from, Droplet to, boolean mayEnter, sessionctl.ports.PortState answer) {
        return new PortProbe(from, to, to.privateIp().text(), mayEnter, answer);
    }

    /** Returns a droplet by its number, which starts at 1. */
    Droplet droplet(int number) {
        return cluster.droplets().get(number - 1);
    }

    private Answer healthy(Droplet droplet) throws IOException {
        String list = cluster.droplets().stream()
                .map(d -> "tcp://" + d.privateIp() + ":11211")
                .collect(Collectors.joining(","));
        Answer answer = Answer.named("debian-12-provisioned")
                .replacing("tcp://10.98.0.1:11211", list)
                .replacing("session_redundancy=2", "session_redundancy=" + (cluster.copies() + 1))
                .replacing("10.98.0.1/", droplet.privateIp() + "/")
                .replacing("-l 10.98.0.1", "-l " + droplet.privateIp())
                .replacing("-l\n10.98.0.1", "-l\n" + droplet.privateIp())
                .with("stats", "bytes 500000\nlimit_maxbytes 67108864\ncurr_items 100\nevictions 0\n")
                .with("guard", "open 1795502181 100 sessions from 10.98.0.2")
                .with("uptime", "86400.12 1000.00")
                .with("cache", "version 1.6.18\nuptime 3600\nget_hits 99\nget_misses 1\nsessions 3\n" + COPIES)
                .with(
                        "trips",
                        cluster.droplets().stream()
                                .map(d -> d.privateIp() + " ok 0.250\n")
                                .collect(Collectors.joining()))
                .with("clock", NOW + "050000000 " + NOW + "250000000")
                .withoutRules();
        return withRules(Samples.guarded(answer, cluster, droplet), droplet, "");
    }

    /** Adds the rules that the inventory asks for, after the other rules. */
    private Answer withRules(Answer answer, Droplet droplet, String others) {
        FilterTable foreign = FilterTable.parse(others);
        FirewallFacts bare = new FirewallFacts(
                new FirewallState(foreign, null, ""),
                true,
                List.of(new InterfaceAddress("eth1", droplet.privateIp().text())));
        try {
            Set<Droplet> left =
                    cluster.droplets().stream().filter(Droplet::leaving).collect(Collectors.toSet());
            FirewallState wanted = new PairwiseFirewall(cluster).rulesFor(droplet, bare, left, Set.of());
            return answer.with("v4", wanted.v4().text()).with("kept", wanted.bootRules());
        } catch (UnsupportedDropletException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the current answer of each droplet. */
    Map<Droplet, Answer> answers() {
        return answers;
    }

    /** Returns the results of all connection tests. */
    List<PortProbe> matrix() {
        return matrix;
    }

    /** Changes a droplet's answer. */
    public FaultyClusters with(int number, UnaryOperator<Answer> fault) {
        answers.computeIfPresent(droplet(number), (d, answer) -> fault.apply(answer));
        return this;
    }

    /** Puts rules of another program on a droplet, beside the program's own rules. */
    public FaultyClusters withRules(int number, String others) {
        return with(number, answer -> withRules(answer, droplet(number), others));
    }

    /** Makes a droplet unreachable over SSH. */
    public FaultyClusters losing(int number, String sentence) {
        failures.put(droplet(number), new SshFailure(SshFailure.Kind.UNREACHABLE, sentence));
        return this;
    }

    /** Sets the result of the connection test from one host to a droplet. */
    public FaultyClusters withPort(String from, int to, sessionctl.ports.PortState answer) {
        matrix.replaceAll(c -> c.from().equals(from) && c.to().equals(droplet(to))
                ? new PortProbe(from, c.to(), c.address(), c.mustBeOpen(), answer)
                : c);
        return this;
    }

    /** Makes a droplet's memcached refuse all droplets. */
    public FaultyClusters refusing(int to) {
        cluster.droplets().forEach(d -> withPort(d.name(), to, sessionctl.ports.PortState.REFUSED));
        return this;
    }

    private ProbeResult<StatusFacts> look(Droplet droplet) {
        SshFailure failure = failures.get(droplet);
        @Nullable Answer answer = answers.get(droplet);
        if (failure != null || answer == null) {
            return new ProbeResult.Unreached<>(java.util.Objects.requireNonNull(failure));
        }
        try {
            return new ProbeResult.Answered<>(
                    StatusProbe.parse(answer.result(), NOW * 1000, NOW * 1000 + 300, PhpSelection.ANY));
        } catch (InvalidAnswerException e) {
            return new ProbeResult.Unreadable<>(e.sentence());
        }
    }

    /** Returns the health that status computes from the answers. */
    public ClusterHealth overview() throws IOException {
        Map<Droplet, ProbeResult<StatusFacts>> answers = new LinkedHashMap<>();
        cluster.droplets().forEach(d -> answers.put(d, look(d)));
        Remedies remedies = new Remedies("shop.yml");
        try (Fleet fleet = new Fleet(new FakeShells(Answer.named("rocky-linux")), 1, Progress.SILENT)) {
            DesiredStates desired = new DesiredStates(cluster, Samples.templates());
            StatusAction action = new StatusAction(cluster, desired, fleet, remedies);
            return action.evaluate(action.toHealth(action.newPlanner(), answers), List.of(), matrix);
        }
    }
}
