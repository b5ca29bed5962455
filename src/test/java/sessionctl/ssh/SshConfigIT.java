package sessionctl.ssh;

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

/** What a configuration means to us and to the ssh that is installed, side by side; ssh connects to nobody. */
class SshConfigIT {
    private static final Pattern KEY_FILE =
            Pattern.compile("(?m)^debug1: (identity|certificate) file (.*) type -?\\d+$");
    private static final String HOME = System.getProperty("user.home");

    @TempDir
    Path folder;

    /** What decides how a host is reached. */
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
    static void sshIsThere() {
        assertThat(Path.of("/usr/bin/ssh")).as("apt-get install openssh-client").isExecutable();
    }

    /** The inventory's user and port, each {@code -} where it is silent, and the configuration. */
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
    void meansTheSameToSsh(String row) throws Exception {
        String[] halves = row.split(" \\| ", 2);
        String[] said = halves[0].split(" ", -1);
        Path file = Files.writeString(folder.resolve("config"), halves[1].replace("; ", "\n") + "\n");

        assertThat(ours(file, said[0], said[1])).isEqualTo(sshs(file, said[0], said[1]));
    }

    /** A jump host is called as on ssh's command line. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gate 2022 | User deploy; IdentityFile ~/%r-%p; Match user gate; HostName 192.0.2.9",
                "- - | Match user gate; Port 1; Match all; User gate; IdentityFile ~/%r-%p-%u",
            })
    void meansTheSameToSshOnTheWay(String row) throws Exception {
        String[] halves = row.split(" \\| ", 2);
        String[] said = halves[0].split(" ", -1);
        Path file = Files.writeString(folder.resolve("config"), halves[1].replace("; ", "\n") + "\n");
        JumpHost hop = new JumpHost(word(said[0]), "lamp01", said[1].equals("-") ? null : Integer.valueOf(said[1]));
        HostSettings ours = config(file).about(hop);

        Meaning theirs = sshs(file, said[0], said[1]);
        assertThat(ours.identityFiles()).isEqualTo(theirs.identityFiles());
        assertThat(ours.hostName() == null ? "lamp01" : ours.hostName()).isEqualTo(theirs.hostName());
    }

    private SshConfig config(Path file) {
        return SshConfigFiles.read(List.of(file), Path.of(HOME), Map.<String, String>of()::get);
    }

    private static @Nullable String word(String column) {
        return column.equals("-") ? null : column;
    }

    private Meaning ours(Path file, String user, String port) {
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
        HostSettings said = config.about(droplet);
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

    private static Meaning sshs(Path file, String user, String port) throws Exception {
        List<String> ssh = new ArrayList<>(List.of("ssh", "-F", file.toString()));
        if (!user.equals("-")) {
            ssh.addAll(List.of("-l", user));
        }
        if (!port.equals("-")) {
            ssh.addAll(List.of("-p", port));
        }
        String said = Host.run(words(ssh, "-G", "lamp01"));
        // A proxy that ends at once: it tells its key files, and that nobody is there.
        String told = Host.run(words(
                List.of("sh", "-c", "\"$@\" 2>&1 || :", "sh"),
                words(ssh, "-v", "-o", "ProxyCommand=true", "lamp01", "true")));
        return new Meaning(
                value(said, "hostname"),
                value(said, "user"),
                value(said, "port"),
                said.contains("\nhostkeyalias ") ? value(said, "hostkeyalias") : "null",
                said.contains("\nproxyjump ") ? value(said, "proxyjump") : "",
                value(said, "identitiesonly"),
                // The usual files are where no line that holds names one.
                told.contains("/.ssh/id_dsa type") ? List.of() : files(told, "identity"),
                files(told, "certificate"));
    }

    private static List<String> files(String told, String kind) {
        return KEY_FILE.matcher(told)
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
