package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** After Ctrl-C, a kill or a power cut at any time, the next run completes the work. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InterruptionIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String SLOW = "/etc/systemd/system/memcached.service.d/slow.conf";

    private static Lab lab;

    @BeforeAll
    static void boot() {
        lab = Lab.up(2);
    }

    @AfterAll
    static void removeLab() {
        lab.close();
    }

    private static Program start(String more) {
        return lab.start(Map.of(), "", "provision", lab.inventoryWith(more).toString());
    }

    private static void assertConverges() {
        lab.provision(lab.inventory()).exits(0);
        lab.provision(lab.inventory(), "--dry-run", "--detailed-exitcode").exits(0);
        lab.names().forEach(host -> assertThat(Disk.leftBehind(lab, host)).isEmpty());
        Browser.assertSessionsShared(lab, "lamp01", "lamp02");
    }

    /** Waits until a command succeeds on a droplet. */
    private static void until(String host, String command) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofMinutes(8).toNanos();
        while (lab.tryOnHost(host, command).exit() != 0) {
            assertThat(System.nanoTime()).as("waited too long for: %s", command).isLessThan(end);
            Thread.sleep(100);
        }
    }

    @Test
    @Order(1)
    void ctrlCDuringTheInstallationLetsTheDropletsFinishIt() throws InterruptedException {
        Program run = start("");
        until("lamp01", "grep -q Unpacking /var/log/sessionctl/apt.log");
        run.signal("INT");
        run.await(LIMIT)
                .exits(130)
                .withoutTraces()
                .complains("Interrupted. Finishing the current step; nothing else will be started.")
                .prints("lamp01: stopped; ", "not done: ");
        for (String host : lab.names()) {
            until(host, "! pgrep -x apt-get && dpkg -s php-memcache | grep -q 'ok installed'");
            assertThat(lab.onHost(host, "dpkg --audit"))
                    .as("half done on %s", host)
                    .isEmpty();
        }
        assertConverges();
    }

    @Test
    @Order(2)
    void ctrlCBetweenTwoDropletsStopsTheRunBeforeTheSecond() throws InterruptedException {
        assertConverges();
        lab.onHost(
                "lamp01", "printf '[Service]\\nExecStartPre=/bin/sleep 4\\n' >" + SLOW + "; systemctl daemon-reload");
        String before = Services.fingerprint(lab, "lamp02", "memcached");
        Program run = start("memcached: {memory: 96}\n");
        until("lamp01", "grep -q '^-m 96' /etc/memcached.conf");
        run.signal("INT");
        run.await(LIMIT)
                .exits(130)
                .withoutTraces()
                .prints("lamp01: done (1 change)", "lamp02: stopped; 0 changes done, not done: memcached");
        assertThat(lab.onHost("lamp01", "systemctl is-active memcached")).isEqualTo("active\n");
        assertThat(Services.fingerprint(lab, "lamp02", "memcached")).isEqualTo(before);
        lab.onHost("lamp01", "rm " + SLOW + "; systemctl daemon-reload");
        lab.provision(lab.inventoryWith("memcached: {memory: 96}\n")).exits(0).prints("lamp01: nothing to do");
        assertConverges();
    }

    @Test
    @Order(3)
    void ctrlCBeforeTheFirstChangeChangesNothing() throws InterruptedException {
        assertConverges();
        lab.script("freeze", "lamp02");
        try {
            Program run = start("memcached: {memory: 72}\n");
            while (run.runs() && !run.stderr().contains("lamp01: inspected")) {
                Thread.sleep(20);
            }
            run.signal("INT");
            run.await(LIMIT).exits(130).withoutTraces().complains("Interrupted; nothing was changed.");
        } finally {
            lab.script("thaw", "lamp02");
        }
        lab.provision(lab.inventory(), "--dry-run", "--detailed-exitcode").exits(0);
    }

    @Test
    @Order(4)
    void aRunThatIsKilledAtAnyTimeCanBeRunAgain() throws InterruptedException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 5; i++) {
            String more = "memcached: {memory: " + (100 + i) + "}\nsessions: {lifetime: " + (2000 + i) + "}\n";
            Program run = start(more);
            Thread.sleep(900 + random.nextInt(2500));
            run.signal("KILL");
            run.await(LIMIT);
            if (i % 2 == 1) {
                // Run again at once, while the droplets still finish the current step.
                lab.provision(lab.inventoryWith(more)).exits(0);
            }
            for (String host : List.of("lamp01", "lamp02")) {
                // The droplet finishes the current step by itself.
                until(host, "flock -n /run/sessionctl.lock systemctl -q is-active apache2");
                assertThat(lab.onHost(host, "flock -w 60 /run/sessionctl.lock systemctl is-active apache2 memcached"))
                        .as("seed %s, round %s", seed, i)
                        .isEqualTo("active\nactive\n");
            }
        }
        lab.provision(lab.inventoryWith("sessions: {lifetime: 1440}\n")).exits(0);
        assertConverges();
    }

    @Test
    @Order(5)
    void afterAPowerCutDuringTheInstallationTheNextRunCompletesIt() throws InterruptedException {
        lab.script("reset", "lamp02");
        Program run = start("");
        until("lamp02", "grep -q 'Unpacking php8.2-common' /var/log/sessionctl/apt.log");
        lab.script("kill", "lamp02");
        run.await(Duration.ofMinutes(3))
                .exits(1)
                .withoutTraces()
                .prints("lamp02 (10.99.0.2): failed to install apache2", "run again");
        lab.script("start", "lamp02");
        assertConverges();
    }

    @Test
    @Order(6)
    void memcachedWaitsForALatePrivateAddress() throws IOException, InterruptedException {
        Files.writeString(lab.stateOf("lamp02").resolve("private-delay"), "8\n");
        lab.script("reboot", "lamp02");
        assertThat(lab.onHost("lamp02", "ip -o -4 address show eth1"))
                .as("the address is late")
                .isEmpty();
        until("lamp02", "ss -Hlnt | grep -q '10.98.0.2:11211' && systemctl -q is-active memcached");
        Files.delete(lab.stateOf("lamp02").resolve("private-delay"));
        lab.provision(lab.inventory(), "--dry-run", "--detailed-exitcode").exits(0);
        Browser.assertSessionsShared(lab, "lamp01", "lamp02");
    }
}
