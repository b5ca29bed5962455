package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A droplet that cannot take its new configuration keeps the old one in service, and the run reports what was not done.
 */
class FailureIT {
    private static final String CONF = "/etc/memcached.conf";
    private static final String INI = "/etc/php/8.2/apache2/php.ini";

    private Lab lab = SharedCluster.inService();

    @BeforeEach
    void inService() {
        lab = SharedCluster.inService();
    }

    /** Creates a folder with one template: the shipped one and additional lines. */
    private Path templates(String name, String lines) {
        try {
            Path folder = Files.createTempDirectory(lab.folder(), "templates");
            Files.writeString(folder.resolve(name), Resources.text("templates/" + name) + lines);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Result runWith(Path templates) {
        return lab.provision(SharedCluster.inventory(), "--templates", templates.toString());
    }

    private String stateOf(String host, String file, String service) {
        return lab.onHost(host, "sha256sum " + file + "; stat -c %a%U " + file) + Services.start(lab, host, service);
    }

    private void assertConvergesAgain() {
        lab.provision(SharedCluster.inventory()).exits(0);
        lab.provision(SharedCluster.inventory(), "--dry-run", "--detailed-exitcode")
                .exits(0);
        SharedCluster.NAMES.forEach(
                host -> assertThat(Disk.leftBehind(lab, host)).isEmpty());
        Browser.assertSessionsShared(lab, "lamp01", "lamp02", "lamp03");
    }

    @Test
    void flagsThatMemcachedRefusesAreNotWrittenToItsFile() {
        String before = stateOf("lamp02", CONF, "memcached");
        runWith(templates("memcached.conf.ftl", "-t [#if name == \"lamp02\"]0[#else]2[/#if]\n"))
                .exits(1)
                .withoutTraces()
                .prints("lamp01: done (1 change)")
                .prints("lamp02: failed to change " + CONF + ", restart memcached: ")
                .prints("a check refused", "lamp03: stopped; 0 changes done, not done: memcached");
        assertThat(stateOf("lamp02", CONF, "memcached")).isEqualTo(before);
        assertConvergesAgain();
    }

    @Test
    void anIniThatPhpCannotParseIsNotWrittenAndTheOtherDropletsFinish() {
        String before = stateOf("lamp02", INI, "apache2") + Services.fingerprint(lab, "lamp02", "apache2");
        runWith(templates("php.ini.ftl", "[#if name == \"lamp02\"]session.name = \"open[/#if]\n"))
                .exits(1)
                .withoutTraces()
                .prints("lamp02: " + INI + " cannot be edited so that PHP reads session.name; set it there by hand")
                .complains("Nothing was changed");
        // PHP itself finds errors that this program does not detect.
        lab.onHost(
                "lamp02",
                "mv /usr/bin/php8.2 /root/ && printf '#!/bin/sh\nexit 1\n' >/usr/bin/php8.2 && chmod 755 /usr/bin/php8.2");
        try {
            runWith(templates("php.ini.ftl", "session.gc_divisor = 1001\n"))
                    .exits(1)
                    .withoutTraces()
                    .prints("lamp01: done (1 change)", "lamp03: done (1 change)")
                    .prints("lamp02: failed to change " + INI, "PHP cannot parse the new " + INI);
        } finally {
            lab.onHost("lamp02", "mv /root/php8.2 /usr/bin/");
        }
        assertThat(stateOf("lamp02", INI, "apache2") + Services.fingerprint(lab, "lamp02", "apache2"))
                .isEqualTo(before);
        assertConvergesAgain();
        // A directive that a template no longer sets stays in the file.
        lab.onHosts(
                List.of("lamp01", "lamp03"),
                "sed -i 's/^session.gc_divisor = 1001/session.gc_divisor = 1000/' " + INI
                        + " && systemctl reload apache2");
    }

    @Test
    void aReloadEndsWhenTheWebServerServesAgain() {
        lab.onHost(
                "lamp02",
                "main=$(systemctl show --value -p MainPID apache2) && kill -STOP $main && systemd-run -q --no-block"
                        + " sh -c \"sleep 6; touch /run/serves-again; kill -CONT $main\"");
        lab.provision(lab.inventoryWith("sessions: {lifetime: 1502}\n", "lamp01", "lamp02", "lamp03"))
                .exits(0);
        lab.onHost("lamp02", "rm /run/serves-again");
    }

    /** On a kept connection, a process with the old files answers one more request. */
    @Test
    void aReloadEndsWhenNoProcessWithTheOldFilesIsLeft() {
        String before = lab.onHost(
                "lamp02",
                "systemd-run -q bash -c \"exec 3<>/dev/tcp/127.0.0.1/80;"
                        + " printf 'GET / HTTP/1.1\\r\\nHost: lamp02\\r\\n\\r\\n' >&3; read -r <&3; touch /run/kept; sleep 60\";"
                        + " until [ -e /run/kept ]; do sleep 0.1; done; rm /run/kept;"
                        + " pgrep -d ' ' -P $(systemctl show --value -p MainPID apache2)");
        lab.provision(lab.inventoryWith("sessions: {lifetime: 1503}\n", "lamp01", "lamp02", "lamp03"))
                .exits(0);
        assertThat(lab.onHost(
                        "lamp02",
                        "for p in " + before.strip() + "; do grep -s '^State:.*[^Z] (' /proc/$p/status || true; done"))
                .isEmpty();
    }

    @Test
    void aConfigurationErrorThatTheRunDidNotCauseIsReported() {
        lab.onHost("lamp01", "echo Nonsense >/etc/apache2/conf-enabled/broken.conf");
        String before = stateOf("lamp01", INI, "apache2");
        lab.provision(lab.inventoryWith("sessions: {lifetime: 1501}\n", "lamp01", "lamp02", "lamp03"))
                .exits(1)
                .withoutTraces()
                .prints("lamp02: done (1 change)", "lamp03: done (1 change)")
                .prints("lamp01: failed to change " + INI, "/etc/apache2/conf-enabled/broken.conf")
                .prints("its configuration is refused even without the change, which was undone");
        assertThat(stateOf("lamp01", INI, "apache2")).isEqualTo(before);
        lab.onHost("lamp01", "rm /etc/apache2/conf-enabled/broken.conf");
        assertConvergesAgain();
    }

    @Test
    void memcachedThatCannotListenKeepsRunningWithItsOldFile() {
        lab.onHost("lamp03", "memcached -d -u nobody -l 10.98.0.3 -p 11300 -U 0 -P /tmp/other.pid");
        String before = lab.onHost("lamp03", "sha256sum " + CONF);
        lab.provision(
                        lab.inventoryWith("memcached: {port: 11300}\n", "lamp01", "lamp02", "lamp03"),
                        "--accept-session-loss")
                .exits(1)
                .withoutTraces()
                .prints(
                        "lamp03: failed to change /etc/sessionctl/guard.conf, change " + CONF + ", restart memcached: ",
                        "the old one was restored and runs")
                .prints("lamp01: stopped; 2 changes done, not done: web, open, firewall");
        assertThat(lab.onHost("lamp03", "sha256sum " + CONF)).isEqualTo(before);
        assertThat(lab.onHost("lamp03", "systemctl is-active memcached; ss -Hlnt sport = :11211"))
                .contains("active", "10.98.0.3:11211");
        lab.onHost("lamp03", "kill $(cat /tmp/other.pid)");
        assertConvergesAgain();
    }

    @Test
    void aFileThatChangesAfterTheProbeIsNotOverwritten() throws InterruptedException {
        String slow = "/etc/systemd/system/memcached.service.d/slow.conf";
        lab.onHost(
                "lamp01",
                "printf '[Service]\\nExecStartPre=/bin/sleep 6\\n' >" + slow + "; systemctl daemon-reload;"
                        + " sed -i 's/^-m .*/-m 48/' " + CONF);
        lab.onHost("lamp02", "sed -i 's/^session.save_handler.*/session.save_handler = files/' " + INI);
        Program run =
                lab.start(Map.of(), "", "provision", SharedCluster.inventory().toString());
        while (run.runs() && !run.stdout().contains("2 changes on 2 droplets")) {
            Thread.sleep(50);
        }
        lab.onHost("lamp02", "echo '; a colleague was here' >>" + INI);
        run.await(Duration.ofMinutes(2))
                .exits(1)
                .prints("lamp01: done (1 change)", "lamp02: failed to change " + INI)
                .prints("a file changed since it was inspected; run again to see the new difference");
        assertThat(lab.onHost("lamp02", "tail -n 1 " + INI)).isEqualTo("; a colleague was here\n");
        lab.onHost("lamp01", "rm " + slow + "; systemctl daemon-reload");
        assertConvergesAgain();
    }
}
