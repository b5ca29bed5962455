package sessionctl.ssh.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Inventory;
import sessionctl.inventory.JumpHost;
import sessionctl.ssh.Host;

/** Compares sessionctl's reading of an ssh_config with that of the installed ssh, which makes no connection. */
class SshConfigIT {
    private static final Pattern KEY_FILE =
            Pattern.compile("(?m)^debug1: (identity|certificate) file (.*) type -?\\d+$");
    private static final String HOME = System.getProperty("user.home");

    @TempDir
    Path folder;

    /** The settings that decide how a host is reached. */
    private record Meaning(
            String hostName,
            String user,
            String port,
            String hostKeyAlias,
            String jump,
            String identitiesOnly,
            List<String> identityFiles,
            List<String> certificateFiles) {}

    @BeforeAll
    static void requireSsh() {
        assertThat(Path.of("/usr/bin/ssh")).as("apt-get install openssh-client").isExecutable();
    }

    /** Each row: the inventory's user and port ({@code -} if not set), then the ssh_config. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "- - | User deploy; Port 2222; IdentityFile ~/.ssh/%r@%h:%p",
                "ops - | User deploy; Port 2222; IdentityFile ~/.ssh/%r@%h:%p",
                "- 2022 | User deploy; Port 2222; IdentityFile ~/.ssh/%r@%h:%p",
                "ops 2022 | User deploy; Port 2222; IdentityFile ~/.ssh/%r@%h:%p",
                "ops 2022 | IdentityFile %d/%u-%i-%L-%l; IdentityFile /k/%n-%%-%k; CertificateFile ~/%r-%p-cert.pub",
                "ops - | HostName %h.example.com; HostKeyAlias Shop1; IdentityFile %h-%n-%k",
                "ops - | HostName 100%%.example.com; IdentityFile /k/%h",
                "- - | HostName 192.0.2.1; IdentityFile /k/%h-%n-%k-%r-%p",
                "ops - | Match user ops; Port 2222; IdentityFile ~/ops",
                "- - | Match user ops; Port 2222; IdentityFile ~/ops",
                "- - | Match user root; IdentityFile ~/%r",
                "- - | User ops; Match user ops; Port 2222",
                "- - | Match user ops; Port 2222; Match all; User ops",
                "ops - | User deploy; Match user deploy; Port 2222",
                "ops - | User deploy; Match !user deploy; Port 2222",
                "ops - | Match host lamp01; User deploy; HostKeyAlias shop1",
                "ops - | Match host lamp*,!lamp01; Port 2222",
                "ops - | HostName lamp01.example.com; Match host lamp01; Port 2222",
                "ops - | HostName lamp01.example.com; Match host lamp01.example.com user ops; Port 2222",
                "ops - | HostName lamp01.example.com; Match originalhost lamp01 host *.com; Port 2222",
                "ops - | HostName lamp01.example.com; Match originalhost lamp01.example.com; Port 2222",
                "- - | Match localuser root; User local; Match localuser nobody; Port 2222",
                "ops - | Match all; User deploy; Port 2222; IdentitiesOnly yes",
                "ops - | Match user=ops host=lamp01; Port 2222",
                "ops - | Host lamp02; Port 1; Host lamp01; Port 2; Host *; Port 3; IdentityFile ~/last",
                "ops 2022 | ProxyJump gate@bastion:2022",
                "ops - | IdentityFile none",
                "ops - | IdentityFile ~/one; IdentityFile ~/two; IdentityFile ~/one",
                "ops - | IdentityFile \"~/my keys/%r\"",
            })
    void anSshConfigIsReadAsSshReadsIt(String row) throws Exception {
        String[] halves = row.split(" \\| ", 2);
        String[] said = halves[0].split(" ", -1);
        Path file = Files.writeString(folder.resolve("config"), halves[1].replace("; ", "\n") + "\n");

        assertThat(readBySessionctl(file, said[0], said[1])).isEqualTo(readBySsh(file, said[0], said[1]));
    }

    /** A jump host is named as on ssh's command line. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gate 2022 | User deploy; IdentityFile ~/%r-%p; Match user gate; HostName 192.0.2.9",
                "- - | Match user gate; Port 1; Match all; User gate; IdentityFile ~/%r-%p-%u",
            })
    void aJumpHostsConfigIsReadAsSshReadsIt(String row) throws Exception {
        String[] halves = row.split(" \\| ", 2);
        String[] said = halves[0].split(" ", -1);
        Path file = Files.writeString(folder.resolve("config"), halves[1].replace("; ", "\n") + "\n");
        JumpHost hop = new JumpHost(word(said[0]), "lamp01", said[1].equals("-") ? null : Integer.valueOf(said[1]));
        HostSettings ours = config(file).settingsOf(hop);

        Meaning theirs = readBySsh(file, said[0], said[1]);
        assertThat(ours.identityFiles()).isEqualTo(theirs.identityFiles());
        assertThat(ours.hostName() == null ? "lamp01" : ours.hostName()).isEqualTo(theirs.hostName());
    }

    private SshConfig config(Path file) {
        return SshConfigFiles.read(List.of(file), Path.of(HOME), Map.<String, String>of()::get);
    }

    private static @Nullable String word(String column) {
        return column.equals("-") ? null : column;
    }

    private Meaning readBySessionctl(Path file, String user, String port) {
        List<String> access = new ArrayList<>();
        if (!user.equals("-")) {
            access.add("user: " + user);
        }
        if (!port.equals("-")) {
            access.add("port: " + port);
        }
        String inventory = "ssh: {" + String.join(", ", access)
                + "}\ndroplets: [{name: lamp01, public_ip: 192.0.2.1, private_ip: 10.1.1.1}]\n";
        SshConfig config = config(file);
        Droplet droplet = Inventory.parse("f", inventory, Map.of(), config)
                .orElseThrow(problems -> new AssertionError(problems.toString()))
                .droplets()
                .get(0);
        HostSettings said = config.settingsOf(droplet);
        assertThat(said.remarks()).isEmpty();
        return new Meaning(
                said.hostName() == null ? "lamp01" : said.hostName(),
                droplet.ssh().user(),
                Integer.toString(droplet.ssh().port()),
                String.valueOf(said.hostKeyAlias()),
                String.join(
                        ",",
                        droplet.ssh().jump().stream().map(JumpHost::toString).toList()),
                said.identitiesOnly() ? "yes" : "no",
                said.identityFiles().stream()
                        .filter(name -> !name.equals("none"))
                        .toList(),
                said.certificateFiles());
    }

    private static Meaning readBySsh(Path file, String user, String port) throws Exception {
        List<String> ssh = new ArrayList<>(List.of("ssh", "-F", file.toString()));
        if (!user.equals("-")) {
            ssh.addAll(List.of("-l", user));
        }
        if (!port.equals("-")) {
            ssh.addAll(List.of("-p", port));
        }
        String said = Host.run(words(ssh, "-G", "lamp01"));
        // A proxy that ends at once: ssh prints its key files, then that the connection failed.
        String listing = Host.run(words(
                List.of("sh", "-c", "\"$@\" 2>&1 || :", "sh"),
                words(ssh, "-v", "-o", "ProxyCommand=true", "lamp01", "true")));
        return new Meaning(
                value(said, "hostname"),
                value(said, "user"),
                value(said, "port"),
                said.contains("\nhostkeyalias ") ? value(said, "hostkeyalias") : "null",
                said.contains("\nproxyjump ") ? value(said, "proxyjump") : "",
                value(said, "identitiesonly"),
                // ssh lists the default files if no applicable line names a key file.
                listing.contains("/.ssh/id_dsa type") ? List.of() : files(listing, "identity"),
                files(listing, "certificate"));
    }

    private static List<String> files(String listing, String kind) {
        return KEY_FILE.matcher(listing)
                .results()
                .filter(line -> line.group(1).equals(kind) && !line.group(2).endsWith("-cert"))
                .map(line -> line.group(2))
                .toList();
    }

    private static String value(String said, String keyword) {
        return said.lines()
                .filter(line -> line.startsWith(keyword + " "))
                .map(line -> line.substring(keyword.length() + 1))
                .findFirst()
                .orElseThrow();
    }

    private static String[] words(List<String> first, String... then) {
        List<String> all = new ArrayList<>(first);
        all.addAll(List.of(then));
        return all.toArray(String[]::new);
    }
}
