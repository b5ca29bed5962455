package sessionctl.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.Invocation;
import sessionctl.desired.DesiredStates;
import sessionctl.desired.PairwiseFirewall;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.ssh.Shell;
import sessionctl.ssh.Shells;
import sessionctl.state.FilterTable;
import sessionctl.state.FirewallFacts;
import sessionctl.state.FirewallState;
import sessionctl.state.InterfaceAddress;
import sessionctl.state.UnsupportedDropletException;

/**
 * A large cluster in memory. It builds each droplet's answer when a command asks for it and keeps none. This machine
 * cannot reach its memcached servers.
 */
final class SimulatedCluster implements Shells {
    private static final int COPIES = 48;

    final Cluster cluster;
    final DesiredStates desired;
    final Remedies remedies = new Remedies("inventory.yml");

    private final PairwiseFirewall rules;
    private final String facts;
    private final boolean ruled;
    private final boolean guarded;
    private final String list;
    private final String trips;
    private final String sample;

    /**
     * Creates a cluster from an inventory.
     *
     * @param facts the name of the recorded answer that all droplets share, except for their own addresses
     * @param ruled true if the packet filter has the rules of the inventory
     * @param guarded true if the droplets have the guard, whose script takes longest to build
     */
    SimulatedCluster(String inventory, String facts, boolean ruled, boolean guarded) throws IOException {
        this.cluster = Samples.cluster(inventory);
        this.desired = new DesiredStates(cluster, Samples.templates());
        this.rules = new PairwiseFirewall(cluster);
        this.facts = facts;
        this.ruled = ruled;
        this.guarded = guarded;
        this.list = each("tcp://%s:11211", ",");
        this.trips = each("%s ok 0.250", "\n");
        this.sample = IntStream.range(0, COPIES)
                .mapToObj("copy %08x settled 1795512200\n"::formatted)
                .collect(Collectors.joining());
    }

    static String inventory(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "  - {name: web%04d, public_ip: 203.%d.%d.%d, private_ip: 10.98.%d.%d}%n"
                        .formatted(i, i / 62500, i / 250 % 250, i % 250 + 1, i / 250, i % 250 + 1))
                .collect(Collectors.joining("", "droplets:\n", ""));
    }

    private String each(String form, String between) {
        return cluster.droplets().stream()
                .map(d -> form.formatted(d.privateIp()))
                .collect(Collectors.joining(between));
    }

    Fleet fleet() {
        return new Fleet(
                this,
                20,
                Progress.SILENT,
                new Invocation("inventory.yml"),
                (addresses, ports, seconds) -> (address, port) -> address.startsWith("10.")
                        ? sessionctl.ports.PortState.NOT_TESTED
                        : sessionctl.ports.PortState.SILENT);
    }

    @Override
    public Shell open(Droplet droplet) {
        return new Shell() {
            @Override
            public CommandResult run(Command command) {
                return String.join(" ", command.words()).contains("# Tries TCP ports")
                        ? new CommandResult(0, each("%s:11211 open", "\n"), "")
                        : answer(droplet).result();
            }

            @Override
            public void close() {}
        };
    }

    private Answer answer(Droplet droplet) {
        try {
            String own = droplet.privateIp().text();
            Answer answer = Answer.named(facts)
                    .replacing("tcp://10.98.0.1:11211", list)
                    .replacing("session_redundancy=2", "session_redundancy=" + (cluster.copies() + 1))
                    .replacing("10.98.0.1/", own + "/")
                    .replacing("-l 10.98.0.1", "-l " + own)
                    .replacing("-l\n10.98.0.1", "-l\n" + own);
            return withPacketFilter(
                    guarded ? Samples.guarded(withStatus(answer), desired, droplet) : withStatus(answer), droplet);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answer withStatus(Answer answer) {
        long now = System.currentTimeMillis();
        return answer.with("stats", "bytes 500000\nlimit_maxbytes 67108864\ncurr_items 100\nevictions 0\n")
                .with("guard", "open 1795502181 100 sessions from 10.98.0.2")
                .with("uptime", "86400.12 1000.00")
                .with(
                        "cache",
                        "version 1.6.18\nuptime 3600\nget_hits 99\nget_misses 1\nsessions " + COPIES + "\n" + sample)
                .with("trips", trips)
                .with("clock", now + "000000 " + now + "000000");
    }

    private Answer withPacketFilter(Answer answer, Droplet droplet) {
        FilterTable none = FilterTable.parse("");
        FirewallFacts bare = new FirewallFacts(
                new FirewallState(none, none, ""),
                true,
                List.of(new InterfaceAddress("eth1", droplet.privateIp().text())));
        try {
            FirewallState state = ruled ? rules.rulesFor(droplet, bare) : bare.state();
            FilterTable v6 = state.v6();
            return answer.with("iptables", "yes")
                    .with("v4", state.v4().text())
                    .with("input", state.v4().text())
                    .with("v6", v6 == null ? "" : v6.text())
                    .with("kept", state.bootRules())
                    .with("sshd", "22")
                    .with("pending", "")
                    .with("policies", "");
        } catch (UnsupportedDropletException e) {
            throw new AssertionError(e);
        }
    }
}
