package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A local user of a droplet gains nothing from root's work there and cannot block it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RootSafeIT {
    private static final Duration RUN = Duration.ofMinutes(3);
    private static final String TENANT = "/srv/tenant";

    /**
     * A race that the user "nobody" runs for some seconds: it searches for the probe page's name and puts a link in its
     * place.
     */
    private static final String RACE = """
            setpriv --reuid=65534 --regid=65534 --clear-groups perl -e '
                use strict; $| = 1; my $end = time + 90; my %%said; my $started = 0;
                while (time < $end and !-e "/run/race-over") {
                    for (glob "/proc/[0-9]*/cmdline") { open my $in, "<", $_ or next; local $/; my $words = <$in> // "";
                        next if $words =~ /race-over/;
                        while ($words =~ /(sessionctl-[0-9a-f]{20}[.]php)/g) { print "argv $1\\n" unless $said{$1}++; symlink "/etc/root-only", "%s/$1" } }
                    for my $file (glob "%s/*.php") { my @is = lstat $file; my $kind = -l _ ? "link" : "file";
                        print "$kind of uid $is[4]\\n" unless $said{"$file $kind"}++ }
                    select undef, undef, undef, 0.002;
                }' >/tmp/race.out 2>&1 &
            echo $!
            """.formatted(TENANT, TENANT);

    private static Lab lab;

    @BeforeAll
    static void applyRules() {
        lab = SharedCluster.inService();
        lab.run("firewall", SharedCluster.inventory().toString()).exits(0);
    }

    @AfterAll
    static void restoreDroplets() {
        lab.onHosts(SharedCluster.NAMES, "rm -rf " + TENANT + " /etc/root-only /run/race-over /tmp/race.out");
        lab.run("firewall", SharedCluster.inventory().toString(), "--remove").exits(0);
    }

    private static Result verify(String... options) {
        String[] words = new String[options.length + 2];
        words[0] = "verify";
        words[1] = SharedCluster.inventory().toString();
        System.arraycopy(options, 0, words, 2, options.length);
        return lab.run(words);
    }

    @Test
    @Order(1)
    void theProbePageBelongsToTheFoldersOwnerAndItsNameIsOnNoCommandLine() {
        lab.onHosts(
                SharedCluster.NAMES,
                "mkdir -p " + TENANT + " && chown 65534:65534 " + TENANT
                        + " && echo precious >/etc/root-only && chmod 600 /etc/root-only");
        lab.onHost("lamp01", RACE);
        verify("--docroot", TENANT).withoutTraces();
        lab.onHost("lamp01", "touch /run/race-over; sleep 1");
        assertThat(lab.onHost("lamp01", "cat /tmp/race.out")).isEqualTo("file of uid 65534\n");
        assertThat(lab.onHost("lamp01", "cat /etc/root-only; ls " + TENANT)).isEqualTo("precious\n");
    }

    @Test
    @Order(2)
    void aDocumentRootThatIsAnotherUsersLinkIsRefused() {
        lab.onHosts(
                SharedCluster.NAMES,
                "rm -f " + TENANT + "/www; setpriv --reuid=65534 --regid=65534 --clear-groups ln -s /etc/apache2 "
                        + TENANT + "/www");
        Result run = verify("--docroot", TENANT + "/www").withoutTraces().exits(3);
        assertThat(run.out()).contains("the probe page cannot be written into " + TENANT + "/www");
        lab.onHosts(SharedCluster.NAMES, "! ls /etc/apache2/*.php; rm " + TENANT + "/www");
        // The owner of the folder may not write there, and root does not write in the owner's place.
        lab.onHosts(SharedCluster.NAMES, "chmod 555 " + TENANT);
        verify("--docroot", TENANT).withoutTraces().exits(3).prints("the probe page cannot be written into " + TENANT);
        lab.onHosts(SharedCluster.NAMES, "chmod 755 " + TENANT + "; ! ls " + TENANT + "/*.php");
    }

    /** Covers all files of runs, the guard and the firewall on a droplet. */
    @Test
    @Order(3)
    void aLocalUserCannotReadLockOrReplaceFilesOfSessionctl() {
        verify().exits(0);
        lab.run("restart", SharedCluster.inventory().toString(), "--limit", "lamp01")
                .exits(0);
        String places = "/run/sessionctl* /var/lib/sessionctl /etc/sessionctl /var/log/sessionctl*";
        assertThat(lab.onHost(
                                "lamp01",
                                "find " + places
                                        + " | grep -c -e lock -e state -e firewall.rules -e load.sh -e original")
                        .strip())
                .as("there is something to look at")
                .matches("[1-9]\\d*");
        String tries = """
                find %s -print0 >/tmp/ours && chmod 644 /tmp/ours
                setpriv --reuid=65534 --regid=65534 --clear-groups perl -MFcntl=:flock -0 -ne 'chomp;
                    open my $in, "<", $_ and print "read $_\\n" and flock($in, LOCK_EX | LOCK_NB) and print "held $_\\n";
                    open my $out, "+<", $_ and print "written $_\\n"; opendir my $folder, $_ and print "listed $_\\n";
                    rename $_, "$_.moved" and print "moved $_\\n"; unlink $_ and print "removed $_\\n";
                    chdir $_ and print "entered $_\\n"; stat $_ and !m{^/(?:run|var/lib|etc|var/log)/sessionctl[^/]*$} and print "seen $_\\n"
                ' /tmp/ours; rm /tmp/ours
                """.formatted(places);
        assertThat(lab.onHost("lamp01", tries)).isEmpty();
        lab.run("status", SharedCluster.inventory().toString()).exits(0);
    }

    @Test
    @Order(4)
    void aLocalUserWhoHoldsTheLocksOfAnOlderVersionBlocksNoRun() {
        lab.run("firewall", SharedCluster.inventory().toString(), "--remove").exits(0);
        String hold = """
                rm -f /run/sessionctl.lock /run/sessionctl/lease.lock
                chmod 755 /run/sessionctl; umask 022; : >/run/sessionctl.lock; : >/run/sessionctl/lease.lock
                setpriv --reuid=65534 --regid=65534 --clear-groups perl -MFcntl=:flock -e '
                    open my $a, "<", "/run/sessionctl.lock" or die; flock $a, LOCK_EX or die;
                    open my $b, "<", "/run/sessionctl/lease.lock" or die; flock $b, LOCK_EX or die; sleep 120' </dev/null >/dev/null 2>&1 &
                echo $! >/run/holder
                for i in $(seq 100); do flock -n /run/sessionctl/lease.lock true || exit 0; sleep 0.05; done; exit 1
                """;
        lab.onHost("lamp02", hold);
        try {
            lab.run("firewall", SharedCluster.inventory().toString()).exits(0);
        } finally {
            lab.onHost("lamp02", "kill $(cat /run/holder); rm /run/holder");
        }
        assertThat(lab.onHost("lamp02", "stat -c %a /run/sessionctl.lock /run/sessionctl /run/sessionctl/lease.lock"))
                .isEqualTo("600\n700\n600\n");
    }

    @Test
    @Order(5)
    void aDamagedFileOfTheFirewallUnitIsFoundAndRepaired() {
        String inventory = SharedCluster.inventory().toString();
        for (String file : new String[] {
            "/var/lib/sessionctl/firewall/load.sh",
            "/etc/systemd/system/sessionctl-firewall.service",
            "/etc/sessionctl/firewall.rules"
        }) {
            lab.onHost("lamp03", ": >" + file);
            lab.run("firewall", inventory, "--dry-run", "--detailed-exitcode")
                    .exits(2)
                    .prints(file);
            assertThat(lab.run("status", inventory).exits(3).out()).contains("lamp03", "sessionctl provision");
            lab.run("firewall", inventory).exits(0);
            lab.run("firewall", inventory, "--dry-run", "--detailed-exitcode").exits(0);
        }
    }

    @Test
    @Order(6)
    void aLogThatIsALinkIsNotWrittenAndDoesNotFailTheRun() {
        lab.onHost(
                "lamp02",
                "mv /var/log/sessionctl.log /root/kept; echo precious >/etc/root-only; ln -s /etc/root-only /var/log/sessionctl.log");
        try {
            lab.run("restart", SharedCluster.inventory().toString(), "--web", "--limit", "lamp02")
                    .exits(0)
                    .complains("lamp02: this run is missing from its log");
            assertThat(lab.onHost("lamp02", "cat /etc/root-only")).isEqualTo("precious\n");
        } finally {
            lab.onHost("lamp02", "rm /var/log/sessionctl.log; mv /root/kept /var/log/sessionctl.log");
        }
    }

    @Test
    @Order(7)
    void aRebootOfTheDropletRemovesTheProbePage() throws InterruptedException {
        Program run = lab.start(
                Map.of(), "", "verify", SharedCluster.inventory().toString(), "--drill", "--drill-timeout", "60");
        while (run.runs()
                && lab.tryOnHost("lamp03", "ls /var/www/html/sessionctl-*.php").exit() != 0) {
            Thread.sleep(50);
        }
        run.signal("KILL");
        run.await(RUN);
        lab.onHost("lamp03", "ls /var/www/html/sessionctl-*.php");
        lab.script("kill", "lamp03");
        lab.script("start", "lamp03");
        lab.onHost(
                "lamp03",
                "for i in $(seq 300); do systemctl -q is-active apache2 && break; sleep 0.1; done;"
                        + " ! ls /var/www/html/sessionctl-*.php /etc/systemd/system/sessionctl-probe.service"
                        + " /var/lib/sessionctl/probe/[0-9a-f]*");
        // The timers of the other droplets remove their pages.
        lab.onHosts(
                SharedCluster.NAMES,
                "for unit in $(systemctl list-units --plain --no-legend 'sessionctl-probe-*.timer' | cut -d ' ' -f 1); do"
                        + " systemctl start ${unit%.timer}.service && systemctl stop $unit; done;"
                        + " for i in $(seq 100); do ls /var/www/html/sessionctl-*.php || exit 0; sleep 0.1; done; exit 1");
        verify().exits(0);
    }
}
