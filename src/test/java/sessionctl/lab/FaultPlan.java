package sessionctl.lab;

import static sessionctl.lab.DrillCluster.THREE;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import sessionctl.lab.Fault.Act;
import sessionctl.lab.Fault.Steps;

/**
 * Plans faults with random parameters. All randomness is in the plan and comes from the seed, the kind and the number of a
 * fault, so that a seed gives the same faults again, also without the other kinds.
 */
final class FaultPlan {
    private static final String SIGNAL =
            "pid=$(systemctl show -P MainPID memcached); [ \"$pid\" != 0 ] && kill -%s \"$pid\"";
    private static final Duration BOOT = Duration.ofMinutes(8);

    private final Lab lab;
    private final Visitors visitors;
    private final long seed;
    private Random random;

    FaultPlan(Lab lab, Visitors visitors, long seed) {
        this.lab = lab;
        this.visitors = visitors;
        this.seed = seed;
        this.random = new Random(seed);
    }

    /** Plans this many faults of each kind, in a random order. */
    List<Fault> plan(List<Fault.Kind> kinds, int each) {
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            for (Fault.Kind kind : kinds) {
                // The first numbers of a Random are alike for seeds that are.
                random = new Random(new SplittableRandom(Objects.hash(seed, kind.name(), i)).nextLong());
                faults.add(new Fault(kind, acts(kind)));
            }
        }
        Collections.shuffle(faults, new Random(seed));
        return faults;
    }

    private List<Act> acts(Fault.Kind kind) {
        String host = anyHost();
        return switch (kind) {
            case NOTHING -> List.of(act("nothing at", host, false, length(), () -> {}, () -> {}));
            case CUT -> List.of(cut(host, length()));
            case CUT_FROM -> List.of(cut("cut from", host, length(), "-i"));
            case CUT_TO -> List.of(cut("cut to", host, length(), "-o"));
            case SLOW -> List.of(slow(host));
            case LOSS -> List.of(loss(host));
            case STOP -> List.of(stop(host));
            case KILL -> List.of(kill(host));
            case KILL_IN_CUT -> List.of(cut(host, seconds(8, 30)), kill(host).after(seconds(0.1, 3)));
            case FULL -> full(host);
            case FLUSH -> List.of(kill(host), flush(host).after(seconds(0.02, 2)));
            case CLOCK -> List.of(clock(host), kill(anyHost()).after(seconds(5, 10)));
            case REBOOT -> List.of(reboot(host));
            case REBOOT_ALL ->
                THREE.stream().map(each -> reboot(each).after(seconds(0, 20))).toList();
            case TWO -> two();
        };
    }

    private List<Act> two() {
        List<Function<String, Act>> ways = new ArrayList<>(
                List.of(host -> cut(host, length()), this::slow, this::loss, this::stop, this::kill, this::reboot));
        Collections.shuffle(ways, random);
        return List.of(
                ways.get(0).apply(anyHost()), ways.get(1).apply(anyHost()).after(seconds(0, 2)));
    }

    private String anyHost() {
        return THREE.get(random.nextInt(THREE.size()));
    }

    private Duration seconds(double least, double most) {
        return Duration.ofMillis(Math.round(1000 * (least + random.nextDouble() * (most - least))));
    }

    /** Returns 0.1 to 30 s; each tenfold length is as probable as the one before. */
    private Duration length() {
        return Duration.ofMillis(Math.round(100 * Math.pow(300, random.nextDouble())));
    }

    private static Act act(String what, String host, boolean cutsOff, Duration length, Runnable begin, Runnable end) {
        return new Act(what, host, cutsOff, Duration.ZERO, length, new Steps(begin, end));
    }

    private Act cut(String host, Duration length) {
        return cut("cut", host, length, "-i", "-o");
    }

    /** Drops packets at the droplet's port of the lab's switch, where no rule of a droplet is affected. */
    private Act cut(String what, String host, Duration length, String... directions) {
        return act(what, host, true, length, () -> rules("-A", host, directions), () -> rules("-D", host, directions));
    }

    private void rules(String order, String host, String... directions) {
        inSwitch(Stream.of(directions)
                .map(way -> "ebtables " + order + " FORWARD " + way + " " + port(host) + " -j DROP"));
    }

    private void inSwitch(Stream<String> commands) {
        lab.exec("sh", "-ec", String.join("\n", commands.toList())).exits(0);
    }

    private static String port(String host) {
        return "prv" + (THREE.indexOf(host) + 1);
    }

    /** A token bucket in both directions: packets wait in its queue, and what does not fit into the queue is lost. */
    private Act slow(String host) {
        String bucket = " root tbf rate %dkbit burst 4000 latency %dms"
                .formatted(100 + random.nextInt(900), 50 + random.nextInt(950));
        return act(
                "slow (" + bucket.substring(10) + ")",
                host,
                true,
                length(),
                () -> {
                    inSwitch(Stream.of("tc qdisc add dev " + port(host) + bucket));
                    lab.script("in", host, "sh", "-c", "tc qdisc add dev eth1" + bucket);
                },
                () -> {
                    inSwitch(Stream.of("tc qdisc del dev " + port(host) + " root"));
                    lab.script("in", host, "tc", "qdisc", "del", "dev", "eth1", "root");
                });
    }

    /** Drops packets in the droplet, in a table that sessionctl does not use. */
    private Act loss(String host) {
        double part = 0.02 + random.nextDouble() * 0.48;
        String rule = " -m statistic --mode random --probability %.2f -j DROP\n".formatted(part);
        Function<String, Runnable> order = word -> () -> lab.script(
                "in",
                host,
                "sh",
                "-ec",
                "iptables -t mangle " + word + " PREROUTING -i eth1" + rule + "iptables -t mangle " + word
                        + " POSTROUTING -o eth1" + rule);
        return act("loss (%.0f %%)".formatted(part * 100), host, true, length(), order.apply("-A"), order.apply("-D"));
    }

    private Act stop(String host) {
        return act(
                "stop",
                host,
                false,
                length(),
                () -> lab.onHost(host, SIGNAL.formatted("STOP")),
                () -> lab.onHost(host, SIGNAL.formatted("CONT")));
    }

    private Act kill(String host) {
        return act(
                "kill", host, false, Duration.ofSeconds(3), () -> lab.onHost(host, SIGNAL.formatted("KILL")), () -> {});
    }

    private List<Act> full(String host) {
        Duration length = seconds(10, 20);
        List<Act> acts = new ArrayList<>();
        THREE.forEach(each ->
                acts.add(act("fill", each, false, length, () -> fill(each, "set"), () -> fill(each, "delete"))));
        acts.add(kill(host).after(seconds(5, 8)));
        return acts;
    }

    /** Stores sessions of many visitors until the first is evicted, or deletes them. */
    private void fill(String host, String order) {
        lab.onHost(
                host,
                "perl - " + lab.host(host).privateIp() + " " + order + " <<'PERL'\n" + Resources.text("lab/fill.pl")
                        + "PERL\n");
    }

    private Act flush(String host) {
        String flush = random.nextBoolean() ? "iptables -F" : "printf '*filter\\nCOMMIT\\n' | iptables-restore";
        return act(
                flush.startsWith("iptables") ? "flush" : "replace the rules of",
                host,
                false,
                Duration.ofSeconds(3),
                () -> lab.onHost(host, flush),
                () -> {});
    }

    private Act clock(String host) {
        int seconds = random.nextBoolean() ? 600 : -600;
        return act(
                "clock of %+d s at".formatted(seconds),
                host,
                false,
                seconds(12, 20),
                () -> lab.onHost(host, "echo " + seconds + " >/run/clock"),
                () -> lab.onHost(host, "rm -f /run/clock"));
    }

    /** The load balancer takes the droplet out before its reboot, and back in when its web server runs. */
    private Act reboot(String host) {
        return new Act(
                "reboot",
                host,
                false,
                Duration.ZERO,
                Duration.ZERO,
                new Steps(() -> visitors.takeOut(host), () -> bootAgain(host), () -> visitors.bringIn(host)));
    }

    private void bootAgain(String host) {
        String before = boots(host);
        lab.tryOnHost(host, "systemctl reboot");
        long end = System.nanoTime() + BOOT.toNanos();
        while (boots(host).equals(before) || !succeeds(host, "systemctl -q is-active apache2")) {
            if (System.nanoTime() > end) {
                throw new AssertionError(host + " does not boot");
            }
            DrillCluster.pause(Duration.ofMillis(200));
        }
    }

    private String boots(String host) {
        try {
            return Files.readString(lab.stateOf(host).resolve("boots"));
        } catch (IOException e) {
            throw new AssertionError(host + " has no count of its boots", e);
        }
    }

    private boolean succeeds(String host, String script) {
        return lab.runs(host) && lab.tryOnHost(host, script).exit() == 0;
    }

    /** Returns true if all web servers run and each droplet reaches each memcached. */
    boolean isHealthy() {
        List<String> asked = THREE.stream()
                .map(host ->
                        "timeout 1 bash -c 'exec 3<>/dev/tcp/" + lab.host(host).privateIp()
                                + "/11211; echo version >&3; read -r answer <&3; [[ $answer == VERSION* ]]'")
                .toList();
        String script = "systemctl -q is-active apache2 && " + String.join(" && ", asked);
        return THREE.stream().parallel().allMatch(host -> succeeds(host, script));
    }
}
