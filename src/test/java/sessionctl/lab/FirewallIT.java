package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Only the cluster's droplets reach the memcached port. SSH always stays open, and the rules of other programs stay
 * unchanged.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FirewallIT {
    private static final List<String> NAMES = SharedCluster.NAMES;
    private static final int TIMEOUT = 8;
    private static final Duration ROLLBACK_LIMIT = Duration.ofSeconds(TIMEOUT + 7);
    private static final Duration RUN = Duration.ofMinutes(2);

    /** The tutorial's rules, entered by hand. */
    private static final String BY_HAND = """
            iptables -A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT
            iptables -A INPUT -p tcp -m state --state NEW -m tcp --dport 80 -j ACCEPT
            iptables -A INPUT -p tcp -m state --state NEW -m tcp --dport 22 -j ACCEPT
            iptables -A INPUT -s 10.98.0.2 -i eth1 -p tcp -m state --state NEW -m tcp --dport 11211 -j ACCEPT
            iptables -A INPUT -i lo -j ACCEPT
            iptables -A INPUT -p icmp -m icmp --icmp-type 8 -j ACCEPT
            iptables -P INPUT DROP
            """;

    private static final String BY_DOCKER_AND_FAIL2BAN = """
            iptables -t nat -N DOCKER
            iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
            iptables -t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
            iptables -t nat -A DOCKER ! -i docker0 -p tcp -m tcp --dport 8081 -j DNAT --to-destination 172.17.0.2:80
            iptables -N DOCKER
            iptables -N DOCKER-USER
            iptables -P FORWARD DROP
            iptables -A FORWARD -j DOCKER-USER
            iptables -A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
            iptables -A FORWARD -o docker0 -j DOCKER
            iptables -A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT
            iptables -A DOCKER-USER -j RETURN
            iptables -N f2b-sshd
            iptables -I INPUT -p tcp -m multiport --dports 22 -j f2b-sshd
            iptables -A f2b-sshd -s 192.0.2.66/32 -j REJECT --reject-with icmp-port-unreachable
            iptables -A f2b-sshd -j RETURN
            """;

    /** Sends an echo request and waits for its answer; SIGALRM ends a ping that gets none. */
    private static final String PING = """
            use Socket; alarm 3;
            socket(my $s, AF_INET, SOCK_RAW, 1) or die;
            send($s, pack("C2n3", 8, 0, 0xf7fd, 1, 1), 0, sockaddr_in(0, inet_aton($ARGV[0]))) or die;
            while (defined recv($s, my $answer, 99, 0)) { exit 0 if unpack("C", substr($answer, 20)) == 0 }
            die;
            """;

    private static Lab lab;
    private static List<String> before = List.of();

    @BeforeAll
    static void attachAnotherHost() {
        lab = SharedCluster.inService();
        Browser.publish(lab, NAMES.toArray(String[]::new));
        firewall(inventory(), "--remove").exits(0);
        lab.script("attach", "outsider", "10.98.0.99");
    }

    @AfterAll
    static void restoreDroplets() {
        NAMES.forEach(host -> lab.script("thaw", host));
        firewall(inventory(), "--remove");
        lab.tryOnHost("lamp02", "update-alternatives --auto iptables; update-alternatives --auto ip6tables");
        lab.tryOnHost("lamp03", "ufw --force disable; apt-get purge -qqy ufw");
        NAMES.forEach(host -> lab.script("reboot", host));
    }

    private static Path inventory(String... lines) {
        return lab.inventoryWith(
                List.of(lines).stream().map(l -> l + "\n").collect(Collectors.joining()), NAMES.toArray(String[]::new));
    }

    private static Result firewall(Path inventory, String... options) {
        List<String> words = new ArrayList<>(List.of("firewall", inventory.toString()));
        words.addAll(List.of(options));
        return lab.run(words.toArray(String[]::new));
    }

    private static PacketFilter filter(String host) {
        return new PacketFilter(lab, host);
    }

    private static boolean otherHostReaches(String host, int port) {
        return otherHostReaches("/dev/tcp/" + lab.host(host).privateIp() + "/" + port);
    }

    private static boolean otherHostReaches(String path) {
        return lab.tryScript("in", "outsider", "timeout", "2", "bash", "-c", "<" + path)
                        .exit()
                == 0;
    }

    private static Map<String, String> onAll(Function<PacketFilter, String> question) {
        return NAMES.stream().collect(Collectors.toMap(h -> h, h -> question.apply(filter(h))));
    }

    private static void assertInSync(Path inventory) {
        firewall(inventory, "--dry-run", "--detailed-exitcode").exits(0);
    }

    @Test
    @Order(1)
    void aDryRunShowsTheRulesAndChangesNothing() {
        String untouched = filter("lamp01").saved();
        firewall(inventory(), "--dry-run", "--detailed-exitcode")
                .exits(2)
                .prints(
                        "+-A INPUT -j SESSIONCTL\n",
                        "+-A SESSIONCTL -s 10.98.0.2/32 -i eth1 -p tcp -m tcp --dport 11211 -j ACCEPT\n",
                        "Plan: 3 changes on 3 droplets.");
        JsonObject json = JsonParser.parseString(firewall(inventory(), "--dry-run", "--output", "json")
                        .exits(0)
                        .out())
                .getAsJsonObject();
        assertThat(json.get("command").getAsString()).isEqualTo("firewall");
        assertThat(json.get("exit_code").getAsInt()).isZero();
        assertThat(json.toString()).contains("+-A INPUT -j SESSIONCTL");
        firewall(inventory(), "--dry-run", "--output", "markdown")
                .exits(0)
                .prints("```diff", "+-A INPUT -j SESSIONCTL");
        assertThat(filter("lamp01").saved()).isEqualTo(untouched);
    }

    @Test
    @Order(2)
    void anotherHostIsRefusedAndVisitorsAreNotAffected() {
        assertThat(otherHostReaches("lamp01", 11211)).as("before").isTrue();
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Integer> visits = CompletableFuture.supplyAsync(() -> {
            Browser browser = new Browser(lab);
            int visit = 0;
            while (!done.get()) {
                assertThat(browser.visits(NAMES.get(visit % NAMES.size()))).isEqualTo(visit++);
            }
            return visit;
        });
        // The check marks depend on the locale.
        assertThat(firewall(inventory()).exits(0).out().replace(" ✓", "  "))
                .contains(
                        "outside, public   silent      silent      silent",
                        "outside, private  not tested  not tested  not tested",
                        "not tested: this machine has no route to 10.98.0.1, 10.98.0.2, 10.98.0.3");
        done.set(true);
        assertThat(visits.join()).isGreaterThan(3);
        NAMES.forEach(
                host -> assertThat(otherHostReaches(host, 11211)).as("after").isFalse());
        assertThat(otherHostReaches("lamp01", 80)).isTrue();
        assertInSync(inventory());
        Map<String, String> once = onAll(PacketFilter::saved);
        firewall(inventory()).exits(0);
        assertThat(onAll(PacketFilter::saved)).isEqualTo(once);
        Browser.assertSessionsShared(lab, NAMES.toArray(String[]::new));
    }

    @Test
    @Order(3)
    void aClosedPortIsShownInTheMatrix() {
        lab.onHost("lamp03", "systemctl stop memcached");
        firewall(inventory(), "--check").exits(3).prints("refused ", "lamp01 does not reach memcached on lamp03");
        JsonObject json = JsonParser.parseString(firewall(inventory(), "--check", "--output", "json")
                        .exits(3)
                        .out())
                .getAsJsonObject();
        long wrong = json.getAsJsonArray("matrix").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .filter(cell -> cell.has("right") && !cell.get("right").getAsBoolean())
                .peek(cell -> assertThat(cell.get("to").getAsString()).isEqualTo("lamp03"))
                .count();
        assertThat(wrong).isEqualTo(3);
        lab.onHost("lamp03", "systemctl start memcached");
        firewall(inventory(), "--check").exits(0);
        lab.onHost("lamp02", "iptables -I INPUT -p tcp --dport 9 -j ACCEPT");
        firewall(inventory(), "--check")
                .exits(3)
                .prints(
                        "lamp02: its rules for the memcached port are not first in INPUT",
                        "run: sessionctl provision ");
        lab.onHost("lamp02", "iptables -D INPUT -p tcp --dport 9 -j ACCEPT");
        firewall(inventory(), "--check").exits(0);
    }

    @Test
    @Order(4)
    void anUnreachableOrMisaddressedDropletStopsTheRunOnAllDroplets() {
        Map<String, String> untouched = onAll(PacketFilter::saved);
        Path full = inventory("firewall: {mode: full}");
        lab.script("freeze", "lamp03");
        try {
            firewall(full, "--connect-timeout", "2").exits(4).complains("Nothing was changed");
            firewall(full, "--check", "--connect-timeout", "2")
                    .exits(4)
                    .prints("lamp03 (10.99.0.3): port 22 accepts connections, but sent nothing");
        } finally {
            lab.script("thaw", "lamp03");
        }
        String wrong = lab.host("lamp02").inventoryLine().replace("10.98.0.2", "10.98.0.77");
        Path strange = lab.file(
                "ssh: {key: " + lab.key() + "}\nfirewall: {mode: full}\ndroplets:\n"
                        + lab.host("lamp01").inventoryLine() + wrong,
                ".yml");
        firewall(strange).exits(1).prints("10.98.0.77");
        assertThat(onAll(PacketFilter::saved)).isEqualTo(untouched);
    }

    @Test
    @Order(5)
    void aRebootBeforeTheConfirmationRollsBackAllDroplets() throws InterruptedException {
        Map<String, String> old = onAll(PacketFilter::ours);
        filter("lamp03").delaySshWhenChanged(7);
        Program run = start(inventory("firewall: {mode: full}"), "30");
        filter("lamp01").awaitUnconfirmed();
        lab.script("reboot", "lamp01");
        run.await(RUN).exits(6).withoutTraces();
        // The guard's chain SESSIONCTL-GATE is created when memcached starts.
        lab.onHost(
                "lamp01",
                "for i in $(seq 300); do systemctl -q is-active memcached && exit 0; sleep 0.1; done; exit 1");
        assertThat(onAll(PacketFilter::ours)).isEqualTo(old);
        firewall(inventory(), "--check").exits(0);
    }

    private static Program start(Path inventory, String timeout) {
        return lab.start(Map.of(), "", "firewall", inventory.toString(), "--confirm-timeout", timeout);
    }

    @Test
    @Order(6)
    void rulesOfOtherProgramsStayUnchangedByteForByte() {
        firewall(inventory(), "--remove").exits(0);
        String exposed = "lamp01, lamp02, lamp03: memcached is open: anyone on the private network can read your users'"
                + " sessions; run:";
        firewall(inventory(), "--check")
                .exits(3)
                .prints(exposed, "lamp01, lamp02, lamp03: its rules for the memcached port are missing");
        lab.run("status", inventory().toString()).exits(3).prints(exposed);
        lab.onHosts(NAMES, "! ls /etc/sessionctl/firewall.rules /etc/systemd/system/sessionctl-firewall.service");
        lab.onHost("lamp01", BY_DOCKER_AND_FAIL2BAN);
        lab.onHost(
                "lamp02",
                "update-alternatives --set iptables /usr/sbin/iptables-legacy >&2\n"
                        + "update-alternatives --set ip6tables /usr/sbin/ip6tables-legacy >&2\n" + BY_HAND + BY_HAND);
        lab.onHost(
                "lamp03",
                "apt-get install -qqy ufw >&2 && ufw allow 22/tcp >&2 && ufw allow 80/tcp >&2 && ufw allow 11211/tcp >&2"
                        + " && ufw --force enable >&2\n" + BY_HAND);
        before = PacketFilter.saved(lab, NAMES);
        Map<String, String> foreign = onAll(PacketFilter::foreign);
        firewall(inventory()).exits(0);
        assertThat(onAll(PacketFilter::foreign)).isEqualTo(foreign);
        assertThat(otherHostReaches("lamp03", 11211)).as("though ufw allows it").isFalse();
        assertInSync(inventory());
        firewall(inventory()).exits(0);
        assertThat(onAll(PacketFilter::foreign)).isEqualTo(foreign);
        firewall(inventory(), "--remove").exits(0);
        assertThat(PacketFilter.saved(lab, NAMES)).isEqualTo(before);
    }

    @Test
    @Order(7)
    void anSshPortThatDiffersFromTheInventoryIsNotClosed() throws InterruptedException {
        firewall(inventory(), "--remove").exits(0);
        lab.onHost(
                "lamp02",
                "rule='INPUT -p tcp -m state --state NEW -m tcp --dport 22 -j ACCEPT'; iptables -P INPUT ACCEPT;"
                        + " iptables -D $rule; iptables -D $rule;"
                        + " iptables -t nat -A PREROUTING -p tcp --dport 2222 -j REDIRECT --to-ports 2200;"
                        + " /usr/sbin/sshd -p 2200 -o PidFile=none");
        before = PacketFilter.saved(lab, NAMES);
        String wrong = lab.host("lamp02").inventoryLine().replace("port: 22,", "port: 2222,");
        Path inventory = lab.file(
                "ssh: {key: " + lab.key() + "}\nfirewall: {mode: full}\ndroplets:\n"
                        + lab.host("lamp01").inventoryLine() + wrong
                        + lab.host("lamp03").inventoryLine(),
                ".yml");
        Path known = lab.file("", ".known");
        firewall(
                        inventory,
                        "--known-hosts",
                        known.toString(),
                        "--host-key-policy",
                        "accept-new",
                        "--connect-timeout",
                        "3",
                        "--confirm-timeout",
                        Integer.toString(TIMEOUT))
                .exits(6)
                .withoutTraces();
        for (int i = 0; i < NAMES.size(); i++) {
            filter(NAMES.get(i)).awaitSaved(before.get(i), ROLLBACK_LIMIT);
        }
    }

    @Test
    @Order(8)
    void rulesThatCutOffSshAreRolledBackAlsoWithoutSystemdRun() throws InterruptedException {
        lab.onHost("lamp02", "mv /usr/bin/systemd-run /root/");
        filter("lamp02").dropSshWhenChanged();
        filter("lamp03").dropSshWhenChanged();
        start(inventory(), Integer.toString(TIMEOUT)).await(RUN).exits(6).withoutTraces();
        for (int i = 0; i < NAMES.size(); i++) {
            filter(NAMES.get(i)).awaitSaved(before.get(i), ROLLBACK_LIMIT);
        }
        lab.onHost("lamp02", "mv /root/systemd-run /usr/bin/");
    }

    @Test
    @Order(9)
    void afterAKilledRunTheDropletsRollBackTheUnconfirmedRules() throws InterruptedException {
        filter("lamp03").dropSshWhenChanged();
        Program run = start(inventory("firewall: {mode: full}"), Integer.toString(TIMEOUT));
        filter("lamp01").awaitUnconfirmed();
        run.signal("KILL");
        run.await(RUN);
        for (int i = 0; i < NAMES.size(); i++) {
            filter(NAMES.get(i)).awaitSaved(before.get(i), ROLLBACK_LIMIT);
        }
    }

    @Test
    @Order(10)
    void theTimersOfAKilledRunDoNotRollBackTheNextRun() throws InterruptedException {
        filter("lamp03").delaySshWhenChanged(3);
        Path full = inventory("firewall: {mode: full}");
        // A droplet without a connection ends the session of a killed run only after half a minute.
        String[] waiting = {"--confirm-timeout", Integer.toString(TIMEOUT), "--lock-timeout", "60"};
        Program run = lab.start(
                Map.of(),
                "",
                Stream.concat(Stream.of("firewall", full.toString()), Stream.of(waiting))
                        .toArray(String[]::new));
        try {
            filter("lamp01").awaitUnconfirmed();
        } catch (AssertionError e) {
            throw new AssertionError(run.await(RUN).toString(), e);
        }
        run.signal("KILL");
        run.await(RUN);
        firewall(full, waiting).exits(0);
        Map<String, String> rules = onAll(PacketFilter::ours);
        Thread.sleep(ROLLBACK_LIMIT.toMillis());
        assertThat(onAll(PacketFilter::ours)).isEqualTo(rules);
        assertInSync(full);
        firewall(full, "--remove").exits(0);
        assertThat(PacketFilter.saved(lab, NAMES)).isEqualTo(before);
    }

    @Test
    @Order(11)
    void modeFullClosesOtherPortsAndSurvivesAReboot() throws InterruptedException {
        lab.onHost(
                "lamp01",
                "printf '[Socket]\\nListenStream=8080\\nAccept=yes\\n' >/run/systemd/system/probe.socket;"
                        + " printf '[Service]\\nExecStart=/bin/true\\n' >/run/systemd/system/probe@.service;"
                        + " systemctl daemon-reload && systemctl start probe.socket");
        String six = lab.onHost("lamp01", "ip -o -6 addr show dev eth1 scope link | sed 's,.*inet6 ,,;s,/.*,,'")
                .strip();
        assertThat(otherHostReaches("lamp01", 8080)).isTrue();
        assertThat(otherHostReaches("/dev/tcp/" + six + "%eth1/8080")).isTrue();
        Path full = inventory("firewall: {mode: full}");
        firewall(full).exits(0);
        for (int port : List.of(22, 80)) {
            assertThat(otherHostReaches("lamp01", port)).as("port %s", port).isTrue();
            assertThat(otherHostReaches("/dev/tcp/" + six + "%eth1/" + port))
                    .as("port %s, IPv6", port)
                    .isTrue();
        }
        assertThat(otherHostReaches("lamp01", 8080)).isFalse();
        assertThat(otherHostReaches("/dev/tcp/" + six + "%eth1/8080")).isFalse();
        lab.script("in", "outsider", "perl", "-e", PING, "10.98.0.1");
        assertInSync(full);
        firewall(inventory()).exits(0);
        firewall(inventory(), "--remove").exits(0);
        assertThat(PacketFilter.saved(lab, NAMES)).isEqualTo(before);
        firewall(full).exits(0);
        String ours = filter("lamp03").ours();
        lab.script("reboot", "lamp03");
        filter("lamp03")
                .await(
                        "systemctl -q is-active memcached && systemctl -q is-active sessionctl-firewall && systemctl -q is-active ufw",
                        RUN);
        assertThat(filter("lamp03").ours()).isEqualTo(ours);
        assertThat(Long.parseLong(monotonic("sessionctl-firewall.service", "ExecMainExitTimestampMonotonic")))
                .isLessThan(Long.parseLong(monotonic("memcached.service", "ExecMainStartTimestampMonotonic")));
        assertInSync(full);
        Browser.assertSessionsShared(lab, NAMES.toArray(String[]::new));
    }

    private static String monotonic(String unit, String property) {
        return lab.onHost("lamp03", "systemctl show --value -p " + property + " " + unit)
                .strip();
    }
}
