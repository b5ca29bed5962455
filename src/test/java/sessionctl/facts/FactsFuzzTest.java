package sessionctl.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import sessionctl.Answer;
import sessionctl.Fuzz;
import sessionctl.Golden;
import sessionctl.command.CommandResult;

/** Whatever a droplet answers is read or is unreadable, in a sentence that is not longer than one. */
class FactsFuzzTest {
    private static final String CLOCK = "1795502200050000000 1795502200250000000";

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
        Object of(CommandResult answer) throws UnreadableFact;
    }

    private static void read(String raw, Reading reading) {
        try {
            assertThat(reading.of(new CommandResult(0, Answer.packed(raw), "")).toString())
                    .isNotEmpty();
        } catch (UnreadableFact e) {
            assertThat(e.sentence()).hasSizeLessThan(400);
        }
    }

    @Test
    void everyAnswerIsReadOrUnreadable() throws IOException {
        Fuzz.each(answers(), raw -> {
            read(raw, FactsProbe::parse);
            read(raw, FirewallProbe::parse);
            read(raw, answer -> SightingProbe.parse(answer, 1, 2));
            read(raw, answer -> ReadinessProbe.parse(answer, 1, 2));
            assertThat(ReadinessProbe.offered(new CommandResult(0, raw, ""))).isNotNull();
        });
    }

    /** A droplet that keeps the lengths of its sections right reaches further into the program. */
    @Test
    void everySectionIsReadOrUnreadable() throws IOException {
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
                    read(raw, FirewallProbe::parse);
                    read(raw, a -> SightingProbe.parse(a, 1, 2));
                    read(raw, a -> ReadinessProbe.parse(a, 1, 2));
                });
    }

    @Test
    void everyLogOfRunsIsRead() {
        String line = "2026-01-31T10:00:00Z\tid\talice@laptop\troot\t203.0.113.9\tprovision\t0.1.0\tdone\t3\n";
        Fuzz.each(List.of(line, line.repeat(3)), log -> {
            assertThat(RunLog.runs(log)).hasSizeLessThanOrEqualTo(log.length() / 20);
            assertThat(RunLog.stamp(log)).isNotNull();
        });
    }
}
