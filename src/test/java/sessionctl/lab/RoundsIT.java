package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs the same round on each release and userland: a bare droplet and two with packages installed are checked, become a
 * cluster with rules, pass verification, need no second run, and keep a visitor's counter during a restart of each server. Each image is booted
 * once. Several rounds run at the same time, because they mostly wait. {@code -Drounds=debian:14} runs one.
 */
class RoundsIT {
    private static final int AT_ONCE = 3;
    private static final String PASSWORD = "pässwörd $(id) 'quoted' \\n";
    private static final String[] NAMES = SharedCluster.NAMES.toArray(String[]::new);
    private static final ExecutorService ROUNDS = Executors.newFixedThreadPool(AT_ONCE);

    /** The way in which a droplet's login becomes root. */
    private enum Login {
        ROOT,
        SUDO,
        SUDO_WITH_PASSWORD
    }

    /**
     * Properties of an image.
     *
     * @param php the version that the round must find configured
     * @param systemd false if another init runs: no guard, and restarts may lose sessions
     * @param more an additional test after the round, on the same droplets
     */
    private record Image(String name, String php, boolean systemd, int port, Login login, Extra more) {}

    /** A test for the droplets of one image. */
    @FunctionalInterface
    private interface Extra {
        void run(Round round) throws Exception;
    }

    private static final Extra NOTHING = round -> {};

    private static final List<Image> IMAGES = List.of(
            new Image("debian:14", "8.4", true, 22, Login.ROOT, RoundsIT::newestSshd),
            new Image("ubuntu-like:14", "8.4", true, 22, Login.SUDO_WITH_PASSWORD, NOTHING),
            new Image("ubuntu-like:13", "8.4", true, 2222, Login.SUDO, RoundsIT::oldSudoRs),
            new Image("debian:11", "7.4", true, 2222, Login.SUDO, NOTHING),
            new Image("debian:13", "8.4", true, 22, Login.SUDO, NOTHING),
            new Image("ubuntu:14.04", "php5", false, 22, Login.ROOT, RoundsIT::withoutSystemd),
            new Image("debian:12-sysvinit", "8.2", false, 22, Login.ROOT, RoundsIT::withoutSystemd));

    @TestFactory
    Stream<DynamicTest> everyImagePassesTheRound() {
        List<String> only = List.of(System.getProperty("rounds", "").split(","));
        List<Map.Entry<Image, Future<?>>> rounds = IMAGES.stream()
                .filter(image -> only.contains("") || only.contains(image.name()))
                .<Map.Entry<Image, Future<?>>>map(image -> Map.entry(image, ROUNDS.submit(() -> {
                    make(image);
                    return null;
                })))
                .toList();
        return rounds.stream()
                .map(round -> DynamicTest.dynamicTest(round.getKey().name(), () -> {
                    try {
                        round.getValue().get();
                    } catch (java.util.concurrent.ExecutionException e) {
                        throw new AssertionError(round.getKey().name() + ": " + e.getCause(), e.getCause());
                    }
                }));
    }

    @AfterAll
    static void stopRounds() {
        ROUNDS.shutdownNow();
    }

    private static void make(Image image) throws Exception {
        String user = image.login() == Login.ROOT ? "root" : "deploy";
        List<Host> hosts = new ArrayList<>(List.of(Host.numbered(1, image.port(), user)));
        hosts.addAll(
                Host.installed(List.of(Host.numbered(2, image.port(), user), Host.numbered(3, image.port(), user))));
        try (Lab lab = Lab.up(hosts, "--image", image.name())) {
            Round round = new Round(image, lab, lab.inventory());
            if (image.login() == Login.SUDO_WITH_PASSWORD) {
                round.requirePassword();
            }
            round.becomeACluster();
            round.needNoSecondRun();
            round.keepACounterDuringRestarts();
            round.leaveNothingBehind();
            image.more().run(round);
        }
    }

    /** The round of one image. */
    private record Round(Image image, Lab lab, Path inventory) {
        Result run(String command, String... options) {
            String[] words = Stream.concat(Stream.of(command, inventory.toString()), Stream.of(options))
                    .toArray(String[]::new);
            return start(words);
        }

        private Result start(String... words) {
            Map<String, String> environment =
                    image.login() == Login.SUDO_WITH_PASSWORD ? Map.of("SESSIONCTL_SUDO_PASSWORD", PASSWORD) : Map.of();
            return lab.start(environment, "", words)
                    .await(java.time.Duration.ofMinutes(12))
                    .withoutTraces();
        }

        void requirePassword() {
            lab.onHosts(
                    lab.names(),
                    "echo 'deploy ALL=(ALL:ALL) ALL' >/etc/sudoers.d/90-lab; chpasswd <<'END'\ndeploy:" + PASSWORD
                            + "\nEND\n");
        }

        void becomeACluster() {
            run("check").exits(0);
            run("provision", "--dry-run", "--detailed-exitcode").exits(2);
            Result provision = run("provision").exits(0).prints(image.php() + "/apache2/php.ini");
            assertThat(provision.out().contains("its memcached gets no guard, which needs systemd"))
                    .isEqualTo(!image.systemd());
            run("firewall", "--check").exits(0);
            // Without a guard, this PHP module may lose a session during a restart, which verify reports.
            run("verify").exits(image.systemd() ? 0 : 3);
            for (String host : NAMES) {
                assertThat(lab.onHost(host, "ss -Hlntup | grep memcached | awk '{print $1, $5}' | sort -u"))
                        .isEqualTo("tcp " + lab.host(host).privateIp() + ":11211\n");
            }
        }

        void needNoSecondRun() {
            Disk.Snapshot before = Disk.snapshot(lab, lab.names());
            run("provision", "--dry-run", "--detailed-exitcode").exits(0);
            run("firewall", "--dry-run", "--detailed-exitcode").exits(0);
            run("provision").exits(0);
            run("firewall").exits(0);
            before.assertUnchanged();
            run("status").exits(0);
        }

        /**
         * Checks that a visitor's counter misses no step while the visitor changes droplets and all memcached servers
         * are restarted.
         */
        void keepACounterDuringRestarts() {
            Browser.assertSessionsShared(lab, NAMES);
            if (!image.systemd()) {
                return;
            }
            Browser browser = new Browser(lab);
            assertThat(browser.visits(NAMES[0])).isZero();
            AtomicBoolean over = new AtomicBoolean();
            CompletableFuture<Integer> visits = CompletableFuture.supplyAsync(() -> {
                int visit = 0;
                while (!over.get() || visit < 2 * NAMES.length) {
                    visit++;
                    String host = NAMES[visit % NAMES.length];
                    assertThat(browser.visits(host))
                            .as("visits seen on %s", host)
                            .isEqualTo(visit);
                }
                return visit;
            });
            try {
                run("restart").exits(0);
            } finally {
                over.set(true);
            }
            assertThat(visits.join()).isGreaterThanOrEqualTo(2 * NAMES.length);
        }

        void leaveNothingBehind() {
            for (String host : NAMES) {
                assertThat(Disk.leftBehind(lab, host)).isEmpty();
            }
        }
    }

    private static void withoutSystemd(Round round) throws Exception {
        WithoutSystemd.test(round.lab(), round.inventory());
    }

    /** sudo-rs before 0.2.7 loses the input of a command when it asks for a password; the recommended remedy works. */
    private static void oldSudoRs(Round round) {
        round.requirePassword();
        Round asked = new Round(
                new Image(
                        round.image().name(),
                        round.image().php(),
                        true,
                        round.image().port(),
                        Login.SUDO_WITH_PASSWORD,
                        NOTHING),
                round.lab(),
                round.inventory());
        String remedy = "update-alternatives --set sudo /usr/bin/sudo.ws";
        asked.run("check").exits(4).prints("its sudo drops the input of commands", remedy);
        asked.run("provision").exits(4);
        round.lab().onHosts(round.lab().names(), remedy);
        asked.run("check").exits(0);
        asked.run("provision", "--dry-run", "--detailed-exitcode").exits(0);
    }

    /** OpenSSH since 10.4 prints its options in mixed case, and since 9.8 it refuses an address after failed logins. */
    private static void newestSshd(Round round) throws Exception {
        Lab lab = round.lab();
        lab.onHosts(
                lab.names(),
                "printf 'Port 22\\nPort 2022\\n' >/etc/ssh/sshd_config.d/ports.conf && systemctl restart ssh"
                        + " && sshd -T | grep -q '^ListenAddress '");
        Path full = lab.inventoryWith("firewall: {mode: full, allow: [80]}\n");
        new Round(round.image(), lab, full).run("firewall").exits(0);
        for (Host host : SharedCluster.NAMES.stream().map(lab::host).toList()) {
            lab.exec("timeout", "5", "bash", "-c", "read -r line </dev/tcp/" + host.publicIp() + "/2022; echo $line")
                    .exits(0)
                    .prints("SSH-2.0");
        }
        penalties(new Round(round.image(), lab, full));
    }

    private static void penalties(Round round) throws Exception {
        Lab lab = round.lab();
        // sshd's own penalties, but longer: on a busy machine, several logins take longer than the default penalty.
        lab.onHost(
                "lamp02",
                "echo 'PerSourcePenalties authfail:20s max:40s' >/etc/ssh/sshd_config.d/penalties.conf"
                        + " && systemctl restart ssh");
        failLogins(lab, "lamp02");
        round.run("check", "--connect-timeout", "2")
                .exits(4)
                .prints("lamp02", "PerSourcePenalties", "PerSourcePenaltyExemptList");
        round.run("check", "--connect-timeout", "120").exits(0);

        // The penalty begins during the change of the rules: iptables-restore waits until it is in force.
        lab.onHost(
                "lamp02",
                "rm /usr/sbin/iptables-restore; cat >/usr/sbin/iptables-restore <<'END'\n#!/bin/sh\n"
                        + "case \" $* \" in *' --test '*) ;; *) : >/run/changing; n=0; while [ ! -e /run/penalty ] &&"
                        + " [ $n -lt 200 ]; do n=$((n + 1)); sleep 0.1; done ;; esac\n"
                        + "exec /usr/sbin/iptables-nft-restore \"$@\"\nEND\nchmod 755 /usr/sbin/iptables-restore");
        Path pool = lab.inventory();
        Program change = lab.start(
                Map.of(), "", "firewall", pool.toString(), "--confirm-timeout", "60", "--connect-timeout", "5");
        lab.onHost(
                "lamp02",
                "n=0; until [ -e /run/changing ]; do n=$((n + 1)); [ $n -lt 600 ] || exit 1; sleep 0.1; done");
        failLogins(lab, "lamp02");
        lab.onHost("lamp02", ": >/run/penalty");
        change.await(java.time.Duration.ofMinutes(5)).exits(0);
        lab.onHost("lamp02", "ln -sf /etc/alternatives/iptables-restore /usr/sbin/iptables-restore");
        new Round(round.image(), lab, pool)
                .run("firewall", "--dry-run", "--detailed-exitcode", "--connect-timeout", "120")
                .exits(0);
    }

    /** Logs in with a wrong key until sshd refuses this address. */
    private static void failLogins(Lab lab, String host) {
        Path key = lab.folder().resolve("wrong-" + System.nanoTime());
        lab.exec("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString())
                .exits(0);
        String ssh = "ssh -v -F none -i " + key + " -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=no"
                + " -o UserKnownHostsFile=/dev/null -o ConnectTimeout=5 root@"
                + lab.host(host).publicIp() + " true";
        lab.exec(
                        "bash",
                        "-c",
                        "for i in {1..20}; do " + ssh
                                + " 2>&1 | grep -q 'Not allowed at this time' && exit 0; done; exit 1")
                .exits(0);
    }
}
