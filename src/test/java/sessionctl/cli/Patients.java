package sessionctl.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.desired.DesiredStates;
import sessionctl.desired.PairwiseFirewall;
import sessionctl.facts.SightingProbe;
import sessionctl.facts.UnreadableFact;
import sessionctl.fleet.FakeShells;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Look;
import sessionctl.fleet.Progress;
import sessionctl.health.Overview;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.ssh.SshFailure;
import sessionctl.state.ActualFirewall;
import sessionctl.state.FilterTable;
import sessionctl.state.FirewallState;
import sessionctl.state.HeldAddress;
import sessionctl.state.Sighting;
import sessionctl.state.Unfit;
import sessionctl.verify.Cell;

/** Three droplets in service with nothing wrong, to do something to; they answer as real ones do. */
public final class Patients {
    /** When they are asked, in seconds since 1970. */
    static final long NOW = 1_795_502_200L;

    static final String COPIES = "copy 00000001 settled\ncopy 00000002 settled\ncopy 00000003 fresh\n";

    private final Cluster cluster;
    private final Map<Droplet, Answer> answers = new LinkedHashMap<>();
    private final Map<Droplet, SshFailure> failures = new LinkedHashMap<>();
    private final List<Cell> matrix = new ArrayList<>();

    /** Three of them, each of which holds every session. */
    public Patients() throws IOException {
        this(Samples.lamps(3));
    }

    /** Those of a cluster of three. */
    public Patients(Cluster cluster) throws IOException {
        this.cluster = cluster;
        for (Droplet droplet : cluster.droplets()) {
            answers.put(droplet, healthy(droplet));
            cluster.droplets().forEach(to -> matrix.add(cell(droplet.name(), to, true, sessionctl.verify.Answer.OPEN)));
            matrix.add(cell("outside", droplet, false, sessionctl.verify.Answer.SILENT));
        }
    }

    /** The third of three has left: the others' lists do not name it, and its memcached is stopped for good. */
    static Patients thirdHasLeft() throws IOException {
        Cluster cluster = Samples.cluster("""
                droplets:
                  - {name: lamp01, public_ip: 203.0.113.1, private_ip: 10.98.0.1}
                  - {name: lamp02, public_ip: 203.0.113.2, private_ip: 10.98.0.2}
                  - {name: lamp03, public_ip: 203.0.113.3, private_ip: 10.98.0.3, leaving: true}
                """);
        Patients patients = new Patients(cluster);
        patients.with(3, a -> a.replacing(",tcp://10.98.0.3:11211", ""));
        for (int i = 1; i <= 2; i++) {
            patients.with(i, a -> a.replacing(",tcp://10.98.0.3:11211", ""))
                    .way("lamp0" + i, 3, sessionctl.verify.Answer.LEFT)
                    .way("lamp03", i, sessionctl.verify.Answer.LEFT);
        }
        String memcached = "Id=memcached.service\nActiveState=%s\nUnitFileState=%s";
        return patients.way("lamp03", 3, sessionctl.verify.Answer.LEFT)
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

    static Cell cell(String from, Droplet to, boolean mayEnter, sessionctl.verify.Answer answer) {
        return new Cell(from, to, to.privateIp().text(), mayEnter, answer);
    }

    /** One of them. */
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
                .with("iptables", "yes")
                .with("sshd", "22")
                .with("pending", "")
                .with("policies", "");
        return withRules(Samples.guarded(answer, cluster, droplet), droplet, "");
    }

    /** The rules that the inventory asks for, and others before them. */
    private Answer withRules(Answer answer, Droplet droplet, String others) {
        FilterTable foreign = FilterTable.parse(others);
        ActualFirewall bare = new ActualFirewall(
                new FirewallState(foreign, null, ""),
                true,
                List.of(new HeldAddress("eth1", droplet.privateIp().text())));
        try {
            FirewallState wanted = new PairwiseFirewall(cluster).of(droplet, bare);
            return answer.with("v4", wanted.v4().text()).with("kept", wanted.kept());
        } catch (Unfit e) {
            throw new AssertionError(e);
        }
    }

    /** What each of them answers. */
    Map<Droplet, Answer> answers() {
        return answers;
    }

    /** Who reaches whom. */
    List<Cell> matrix() {
        return matrix;
    }

    /** Something happens to a droplet. */
    public Patients with(int number, UnaryOperator<Answer> fault) {
        answers.computeIfPresent(droplet(number), (d, answer) -> fault.apply(answer));
        return this;
    }

    /** A droplet gets rules of somebody else, which leave ours in their place. */
    public Patients withRules(int number, String others) {
        return with(number, answer -> withRules(answer, droplet(number), others));
    }

    /** A droplet cannot be reached. */
    public Patients losing(int number, String sentence) {
        failures.put(droplet(number), new SshFailure(SshFailure.Kind.UNREACHABLE, sentence));
        return this;
    }

    /** A way is found so. */
    public Patients way(String from, int to, sessionctl.verify.Answer answer) {
        matrix.replaceAll(c -> c.from().equals(from) && c.to().equals(droplet(to))
                ? new Cell(from, c.to(), c.address(), c.mayEnter(), answer)
                : c);
        return this;
    }

    /** Nobody reaches a droplet's port. */
    public Patients shutOff(int to) {
        cluster.droplets().forEach(d -> way(d.name(), to, sessionctl.verify.Answer.REFUSED));
        return this;
    }

    private Look<Sighting> look(Droplet droplet) {
        SshFailure failure = failures.get(droplet);
        @Nullable Answer answer = answers.get(droplet);
        if (failure != null || answer == null) {
            return new Look.Unreached<>(java.util.Objects.requireNonNull(failure));
        }
        try {
            return new Look.Seen<>(SightingProbe.parse(answer.result(), NOW * 1000, NOW * 1000 + 300));
        } catch (UnreadableFact e) {
            return new Look.Unreadable<>(e.sentence());
        }
    }

    /** What status makes of them. */
    public Overview overview() throws IOException {
        Map<Droplet, Look<Sighting>> looks = new LinkedHashMap<>();
        cluster.droplets().forEach(d -> looks.put(d, look(d)));
        Remedies remedies = new Remedies("shop.yml");
        try (Fleet nobody = new Fleet(new FakeShells(Answer.named("rocky-linux")), 1, Progress.SILENT)) {
            DesiredStates desired = new DesiredStates(cluster, Samples.templates());
            Observing observing = new Observing(cluster, desired, nobody, remedies);
            return observing.overview(observing.checked(observing.plans(), looks), List.of(), matrix);
        }
    }
}
