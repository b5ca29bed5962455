package sessionctl.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import sessionctl.Answer;
import sessionctl.Fuzz;
import sessionctl.Golden;
import sessionctl.command.CommandResult;
import sessionctl.state.PhpSelection;

/** Reads mutated answers of droplets: each is read or reported unreadable in a short message. */
class FactsFuzzTest {
    private static final String CLOCK = "1795502200050000000 1795502200250000000";

    /** A valid text of each section. */
    private static final Map<String, String> OWN = Map.ofEntries(
            Map.entry("os", "ID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"24.04\"\nPRETTY_NAME='Ubuntu 24.04'\n"),
            Map.entry("packages", "ii  memcached 1:1.6.18-1\nii  php8.2-fpm 8.2.29-1~deb12u1\niU  apache2 2.4.62-1\n"),
            Map.entry("addresses", "2: eth1    inet 10.98.0.1/24 brd 10.98.0.255 scope global eth1\n"),
            Map.entry("services", """
                Id=memcached.service
                ActiveState=active
                SubState=running
                UnitFileState=enabled
                MainPID=1

                Id=php8.2-fpm.service
                ActiveState=failed
                UnitFileState=disabled
                """),
            Map.entry("memcached", "/usr/bin/memcached\n-m\n64\n-p\n11211\n-l\n10.98.0.1,127.0.0.1\n"),
            Map.entry("stats", "bytes 500000\nlimit_maxbytes 67108864\ncurr_items 100\nevictions 0\n"),
            Map.entry("gate", "-N SESSIONCTL-GATE\n-A SESSIONCTL-GATE -p tcp -m tcp --dport 11211 -j REJECT\n"),
            Map.entry("away", "10.98.0.3\n10.98.0.4\n"),
            Map.entry("guard", "open 1795502181 100 sessions from 10.98.0.2, 10.98.0.3"),
            Map.entry("v4", """
                *filter
                :INPUT ACCEPT [0:0]
                [3:180] -A INPUT -s 10.0.0.0/8 -p tcp -m multiport --dports 22,80:90 -m comment --comment "a \\" b" -j ACCEPT
                COMMIT
                """),
            Map.entry("policies", "4 DROP\n6 ACCEPT\n"),
            Map.entry("kept", "4 :SESSIONCTL - [0:0]\n4 -A SESSIONCTL -j DROP\n"),
            Map.entry("sshd", "22\n2222\n"),
            Map.entry("uptime", "86400.12 1000.00"),
            Map.entry("cache", """
                version 1.6.18
                uptime 3600
                get_hits 99
                get_misses 1
                sessions 3
                others 2
                copy 00000001 settled 1795512200
                lock abcdef -1 0
                """),
            Map.entry("trips", "10.98.0.1 ok 0.250\n10.98.0.2 silent 1000.100\n"),
            Map.entry("clock", CLOCK),
            Map.entry(
                    "sentinel",
                    "{\"sentinel\":{\"alive\":true,\"fenced\":\"\",\"silent\":[{\"address\":\"10.98.0.2\",\"since\":"
                            + "1795502100,\"reason\":\"does not answer\"}],\"flapping\":[]}}"),
            Map.entry("memory", "MemTotal: 1000000 kB\nMemAvailable: 900000 kB\n"),
            Map.entry("disk", "9000000"),
            Map.entry("listening", """
                LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:(("sshd",pid=1,fd=3))
                LISTEN 0 128 [::]:80 [::]:* users:(("nginx",pid=2,fd=6),("nginx",pid=3,fd=6))
                """),
            Map.entry("sockets", "Id=site.socket\nListen=[::]:80 (Stream)\nListen=/run/x (Stream)\n"),
            Map.entry("settings", "/var/www/.htaccess:3\tsession.save_path\t/tmp\n/etc/x:1-3\tmemcache.x\t'a'\n"),
            Map.entry("file 644 root:root /etc/php/8.2/apache2/php.ini", """
                session.save_handler = memcache
                session.save_path = "tcp://10.98.0.1:11211"
                [PATH=/x]
                a = ${b} | (1 & ~2)
                """));

    private static List<String> answers() throws IOException {
        List<String> answers = new ArrayList<>();
        for (var folder : Golden.cases("facts").toList()) {
            answers.add(Answer.in(folder)
                    .with("iptables", "yes")
                    .with("v4", "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j DROP\nCOMMIT\n")
                    .with("policies", "4 DROP\n6 ACCEPT\n")
                    .with("kept", "")
                    .with("sshd", "22\n2222\n")
                    .with("pending", "")
                    .with("uptime", "86400.12 1000.00")
                    .with("cache", "version 1.6.18\nuptime 3600\nsessions 3\ncopy 1 settled\nlock abc -1 0\n")
                    .with("trips", "10.98.0.1 ok 0.250\n")
                    .with("clock", CLOCK)
                    .with("memory", "MemTotal: 1000000 kB\nMemAvailable: 1 kB\n")
                    .with("disk", "9000000")
                    .with("listening", "LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:((\"sshd\",pid=1,fd=3))\n")
                    .with("sockets", "Listen=[::]:80 (Stream)\nId=site.socket\n")
                    .with("ufw", "no")
                    .with("firewalld", "no")
                    .with("settings", "/var/www/.htaccess:3\tsession.save_path\t/tmp\n")
                    .raw());
        }
        return answers;
    }

    private interface Reading {
        Object of(CommandResult answer) throws InvalidAnswerException;
    }

    private static void read(String raw, Reading reading) {
        try {
            assertThat(reading.of(new CommandResult(0, Answer.packed(raw), "")).toString())
                    .isNotEmpty();
        } catch (InvalidAnswerException e) {
            assertThat(e.sentence()).hasSizeLessThan(400);
        }
    }

    @Test
    void aMutatedAnswerIsReadOrReportedUnreadable() throws IOException {
        Fuzz.each(answers(), raw -> {
            read(raw, FactsProbe::parse);
            read(raw, answer -> StatusProbe.parse(answer, 1, 2, PhpSelection.ANY));
            read(raw, answer -> PreflightProbe.parse(answer, 1, 2, PhpSelection.ANY));
            assertThat(PreflightProbe.offered(new CommandResult(0, raw, ""))).isNotNull();
        });
    }

    /** Mutates sections and keeps their lengths correct, so that the sections' own parsers are reached. */
    @Test
    void aMutatedSectionIsReadOrReportedUnreadable() throws IOException {
        Answer answer = Answer.named("debian-12-provisioned");
        List<String> names = List.of(
                "os",
                "packages",
                "addresses",
                "services",
                "memcached",
                "stats",
                "gate",
                "away",
                "guard",
                "links",
                "owed",
                "v4",
                "v6",
                "policies",
                "kept",
                "sshd",
                "pending",
                "uptime",
                "cache",
                "trips",
                "clock",
                "memory",
                "disk",
                "listening",
                "sockets",
                "settings");
        List<String> sections = new ArrayList<>();
        Fuzz.each(
                List.of(
                        "4 DROP\n6 ACCEPT\n",
                        "php8.2-fpm 1\n",
                        "ii  memcached 1:1.6.18-1\nii  php99999999999-fpm 2\n",
                        "LISTEN 0 1 *:80 *:*",
                        "/x:1\tsession.save_handler\t:1:1\n",
                        CLOCK,
                        "."),
                text -> {
                    String name = names.get(sections.size() % names.size());
                    sections.add(name);
                    String before = answer.text(name);
                    String raw = answer.with("iptables", "yes").with(name, text).raw();
                    answer.with(name, before);
                    read(raw, FactsProbe::parse);
                    read(raw, a -> StatusProbe.parse(a, 1, 2, PhpSelection.ANY));
                    read(raw, a -> PreflightProbe.parse(a, 1, 2, PhpSelection.ANY));
                });
    }

    /** Small mutations of valid texts reach the furthest into the parsers. */
    @Test
    void aSlightlyMutatedSectionIsReadOrReportedUnreadable() throws IOException {
        Answer answer = Answer.named("debian-12-provisioned");
        OWN.forEach(answer::with);
        List<String> names = OWN.keySet().stream().sorted().toList();
        List<String> texts =
                names.stream().map(name -> OWN.getOrDefault(name, "")).toList();
        List<String> seen = new ArrayList<>();
        Fuzz.each(texts, text -> {
            String name = names.get(seen.size() % names.size());
            seen.add(name);
            String raw = answer.with(name, text).raw();
            answer.with(name, OWN.getOrDefault(name, ""));
            read(raw, FactsProbe::parse);
            read(raw, a -> StatusProbe.parse(a, 1, 2, PhpSelection.ANY));
            read(raw, a -> PreflightProbe.parse(a, 1, 2, PhpSelection.ANY));
        });
    }

    @Test
    void aMutatedLogOfRunsIsRead() {
        String line = "2026-01-31T10:00:00Z\tid\talice@laptop\troot\t203.0.113.9\tprovision\t0.1.0\tdone\t3\n";
        Fuzz.each(List.of(line, line.repeat(3)), log -> {
            assertThat(RunLogParser.runs(log)).hasSizeLessThanOrEqualTo(log.length() / 20);
            assertThat(RunLogParser.stamp(log)).isNotNull();
        });
    }
}
