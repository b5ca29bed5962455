package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The check command on real droplets, which reports what would stop a run. */
class CheckIT {
    private static Lab lab;

    @BeforeAll
    static void provisionCluster() {
        lab = SharedCluster.inService();
    }

    private static Result check(Path inventory, String... options) {
        List<String> words = new ArrayList<>(List.of("check", inventory.toString(), "-q"));
        words.addAll(List.of(options));
        return lab.run(words.toArray(String[]::new)).withoutTraces();
    }

    @Test
    void bareAndProvisionedDropletsPassTheCheck() {
        Result bareAndProvisioned = check(lab.inventory()).exits(0);
        assertThat(bareAndProvisioned.out()).contains("cluster cluster: 4 droplets, nothing stops a run.\n");
        assertThat(bareAndProvisioned
                        .out()
                        .lines()
                        .map(l -> l.replaceAll(" +", " "))
                        .filter(l -> l.startsWith("root ")))
                .as("whatever the width of the columns")
                .containsExactly("root ok ok ok ok");
        JsonObject root = JsonParser.parseString(
                        check(lab.inventory(), "--output", "json").exits(0).out())
                .getAsJsonObject();
        assertThat(root.get("command").getAsString()).isEqualTo("check");
        assertThat(root.getAsJsonArray("droplets")).hasSize(4);
        check(lab.inventory(), "--output", "markdown").exits(0).prints("| private address | ok | ok | ok | ok |");
    }

    @Test
    void aTakenPortAndAnOverridingSettingAreReported() {
        lab.onHost(
                "lamp04",
                "systemd-run -q --unit=squatter --socket-property=ListenStream=10.98.0.4:11211 /bin/true;"
                        + " mkdir -p /var/www/html/shop;"
                        + " echo 'php_value session.save_path \"/tmp\"' >/var/www/html/shop/.htaccess");
        try {
            check(lab.inventory("lamp04"))
                    .exits(1)
                    .prints(
                            "lamp04: port 11211 is taken by squatter.socket; stop it there",
                            "lamp04: /var/www/html/shop/.htaccess:1 sets session.save_path, which overrides the"
                                    + " inventory's if AllowOverride permits it",
                            "cluster cluster: 1 droplet, 1 problem, 1 warning.");
        } finally {
            lab.onHost("lamp04", "systemctl stop squatter.socket; rm -r /var/www/html/shop");
        }
        check(lab.inventory("lamp04")).exits(0);
    }

    @Test
    void anOptionThatExcludesPhpIsNamedByCheckAndStatusAndItsRemedyHelps() {
        lab.onHost("lamp03", "cp -a /etc/memcached.conf /root/kept; echo '-vs /run/x' >>/etc/memcached.conf");
        try {
            String message = "the option -s /run/x makes memcached listen on a socket file only";
            check(lab.inventory()).exits(1).prints("lamp03: /etc/memcached.conf:", message);
            lab.run("status", lab.inventory().toString(), "-q").exits(3).prints(message);
            lab.provision(lab.inventory()).exits(1).prints(message).complains("Nothing was changed");
        } finally {
            lab.onHost("lamp03", "mv /root/kept /etc/memcached.conf");
        }
        check(lab.inventory()).exits(0);
    }

    /** Each of these refuses a session with words of its own, before or after the login. */
    @Test
    void aLoginThatRunsNoCommandIsAnErrorThatQuotesTheDroplet() throws java.io.IOException {
        lab.onHost(
                "lamp04",
                "id mute || { useradd -m -s /bin/bash mute; cp -r /root/.ssh /home/mute/; chown -R mute: /home/mute; };"
                        + " echo 'mute ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/mute");
        Path mute = lab.file(Files.readString(lab.inventory("lamp04")).replace("user: root", "user: mute"), ".yml");
        String accepted = "lamp04: the server accepts the key of mute, but refuses the login (its banner: \"";
        String ran = "lamp04: the login session of mute ran no command (exit ";
        assertStops(mute, "login", "echo maintenance >/run/nologin", "rm /run/nologin", accepted + "maintenance\")");
        assertStops(mute, "login", "chage -E 1 mute", "chage -E -1 mute", accepted + "Your account has expired");
        assertStops(
                mute, "login", "chage -d 0 mute", "chage -d 20000 mute", ran + "1), it printed \"WARNING: Your pass");
        assertStops(
                mute,
                "login",
                "usermod -s /usr/sbin/nologin mute",
                "usermod -s /bin/bash mute",
                ran + "1), it printed \"This account is currently not available.\"; log in by hand");
        String keys = "/home/mute/.ssh/authorized_keys";
        assertStops(
                mute,
                "login",
                "sed -i.kept 's/^/command=\"echo Please login as tux.; exit 142\" /' " + keys,
                "mv " + keys + ".kept " + keys,
                ran + "142), it printed \"Please login as tux.\"; if it names another user, set ssh.user");
        assertStops(
                mute,
                "root",
                "echo 'Defaults requiretty' >>/etc/sudoers.d/mute",
                "sed -i /requiretty/d /etc/sudoers.d/mute",
                "(exit 1, its message: \"sudo: sorry, you must have a tty to run sudo\")");
        lab.onHost(
                "lamp04",
                "sed -i '1i echo Welcome; printf no-line-end; head -c 20000000 /dev/zero' /home/mute/.bashrc");
        check(mute).exits(0);
    }

    private static void assertStops(Path inventory, String row, String arrange, String undo, String message) {
        lab.onHost("lamp04", arrange);
        try {
            Result result = check(inventory).exits(4).prints(message);
            assertThat(result.out().lines().filter(l -> l.startsWith(row + " ")))
                    .allMatch(l -> l.endsWith("error"));
        } finally {
            lab.onHost("lamp04", undo);
        }
    }

    @Test
    void theStepAtWhichTheConnectionFailsIsReported() throws java.io.IOException {
        lab.onHost(
                "lamp04",
                "id plain || { useradd -m -s /bin/sh plain; cp -r /root/.ssh /home/plain/; chown -R plain: /home/plain; }");
        Path plain = lab.file(Files.readString(lab.inventory("lamp04")).replace("user: root", "user: plain"), ".yml");
        check(plain).exits(4).prints("lamp04: plain may not use sudo without a password");
        Path empty = lab.file("", ".known");
        Result unknown = check(lab.inventory("lamp01"), "--known-hosts", empty.toString())
                .exits(4);
        assertThat(unknown.out().lines().filter(l -> l.startsWith("host key "))).allMatch(l -> l.endsWith("error"));
        assertThat(unknown.out().lines().filter(l -> l.startsWith("reachable ")))
                .allMatch(l -> l.endsWith("ok"));
    }
}
