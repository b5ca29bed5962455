package sessionctl.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The table of what can be wrong. */
final class Complaints {
    /** There is something to change on the droplets that are in service. */
    private static final String CHANGE = "sessions: {lifetime: 999}\n";

    private final Lab lab;

    Complaints(Lab lab) {
        this.lab = lab;
    }

    private static List<String> words(Object... words) {
        return Arrays.stream(words).map(Object::toString).toList();
    }

    private Path cluster() {
        return lab.inventoryWith(CHANGE, "lamp01", "lamp02", "lamp03");
    }

    /** The cluster's inventory with one text in place of another. */
    private Path cluster(String from, String to) {
        return edited(cluster(), from, to);
    }

    private Path edited(Path inventory, String from, String to) {
        try {
            String text = Files.readString(inventory);
            if (!text.contains(from)) {
                throw new AssertionError(from + " is not in " + text);
            }
            return lab.file(text.replace(from, to), ".yml");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path newDroplet() {
        return lab.inventory("lamp04");
    }

    List<Complaint> inventories() {
        Path wrong = lab.file("""
                droplets:
                  - {name: lamp01, public_ip: 10.99.0.1, private_ip: 10.98.0.300}
                  - {name: lamp01, public_ip: 10.99.0.2, private_ip: lamp02.local}
                memcache: {port: 11211}
                """, ".yml");
        return List.of(
                Complaint.of(
                        "an inventory that is not there",
                        5,
                        words("/nowhere/inventory.yml"),
                        "/nowhere/inventory.yml: cannot be read (there is no such file)",
                        "sessionctl init > /nowhere/inventory.yml"),
                Complaint.of("an address that is none", 5, words(wrong), wrong + ":2:", "10.98.0.300"),
                Complaint.of("a name that is there twice", 5, words(wrong), wrong + ":3:12: ", "lamp01"),
                Complaint.of("a host name for an address", 5, words(wrong), "lamp02.local", wrong + ":3:"),
                Complaint.of("a key that nobody knows", 5, words(wrong), wrong + ":4:1: ", "memcache"),
                Complaint.of("no YAML at all", 5, words(lab.file("droplets: [", ".yml")), ".yml:1:"),
                Complaint.of("an empty file", 5, words(lab.file("", ".yml")), "droplets"));
    }

    List<Complaint> templates() {
        return List.of(
                Complaint.of(
                        "a template that asks for what there is not",
                        5,
                        words(cluster(), "--templates", templates("session.name = [=cluster_nmae]\n")),
                        "php.ini.ftl:1:18: \"cluster_nmae\" has no usable value"),
                Complaint.of(
                        "a template that never ends",
                        5,
                        words(cluster(), "--templates", templates("[#if cluster]\nsession.name = x\n")),
                        "php.ini.ftl:"),
                Complaint.of(
                        "a folder of templates that is not there",
                        5,
                        words(cluster(), "--templates", "/nowhere"),
                        "--templates: /nowhere is not a folder; name one with any of memcached.conf.ftl"));
    }

    private Path templates(String text) {
        try {
            Path folder = Files.createTempDirectory(lab.folder(), "templates");
            Files.writeString(folder.resolve("php.ini.ftl"), text);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path newKey(String passphrase) {
        Path key = lab.folder().resolve("key" + System.nanoTime());
        lab.exec("ssh-keygen", "-q", "-t", "ed25519", "-a", "4", "-N", passphrase, "-f", key.toString())
                .exits(0);
        return key;
    }

    List<Complaint> keys() {
        Path locked = newKey("open sesame");
        Path stranger = newKey("");
        String key = "key: " + lab.key();
        Path withEnv = cluster(key, "key: " + locked + ", passphrase_env: IT_PASSPHRASE");
        return List.of(
                Complaint.of(
                        "a key file that is not there",
                        5,
                        words(cluster(key, "key: /nowhere/id_ed25519")),
                        "the key file /nowhere/id_ed25519 does not exist; name the private key file with ssh.key"),
                Complaint.of(
                                "a passphrase that does not fit",
                                5,
                                words(withEnv),
                                "the passphrase does not fit the key file " + locked,
                                "it came from $IT_PASSPHRASE; try it with ssh-keygen -y -f " + locked)
                        .with("IT_PASSPHRASE", "open barley"),
                Complaint.of(
                        "a passphrase that nobody tells",
                        5,
                        words(withEnv),
                        "the key file " + locked + " needs a passphrase; set the environment variable IT_PASSPHRASE"),
                Complaint.of(
                        "a key that the droplets do not know",
                        4,
                        words(cluster(key, "key: " + stranger), "--limit", "lamp01"),
                        "lamp01 (10.99.0.1): the login of root was refused; offered: " + stranger,
                        "authorized_keys"));
    }

    List<Complaint> hostKeys() {
        List<String> lines = new ArrayList<>();
        String other = "AAAAC3NzaC1lZDI1NTE5AAAAIP////////////////////////////////////////8";
        lines.add("10.99.0.1 ssh-ed25519 " + other);
        Path changed = lab.file(String.join("\n", lines) + "\n", "");
        String pin = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        return List.of(
                Complaint.of(
                        "a host key that nobody vouched for",
                        4,
                        words(cluster(), "--limit", "lamp01", "--known-hosts", lab.file("", "")),
                        "lamp01 (10.99.0.1): its host key ",
                        "--host-key-policy accept-new"),
                Complaint.of(
                        "a host key that is another than it was",
                        4,
                        words(cluster(), "--limit", "lamp01", "--known-hosts", changed),
                        "lamp01 (10.99.0.1): its host key has changed: ",
                        "ssh-keygen -f " + changed + " -R '10.99.0.1'"),
                Complaint.of(
                        "a host key other than the pinned one",
                        4,
                        words(
                                cluster("{name: lamp01,", "{name: lamp01, host_key: \"" + pin + "\","),
                                "--limit",
                                "lamp01"),
                        "lamp01 (10.99.0.1): its host key is ",
                        "but the inventory pins " + pin));
    }

    List<Complaint> droplets() {
        List<Complaint> rows = new ArrayList<>(List.of(
                Complaint.of(
                        "a droplet that nobody holds the address of",
                        4,
                        words(cluster("10.99.0.3", "10.99.0.77"), "--connect-timeout", "3"),
                        "lamp03 (10.99.0.77): ",
                        "Nothing was changed"),
                Complaint.of(
                                "a droplet that hangs",
                                4,
                                words(cluster(), "--connect-timeout", "3"),
                                "lamp03 (10.99.0.3): ",
                                "within 3 seconds")
                        .when(() -> lab.script("freeze", "lamp03"), () -> lab.script("thaw", "lamp03")),
                Complaint.of(
                        "a user who may not act as root",
                        4,
                        words(edited(newDroplet(), "user: root", "user: plain")),
                        "lamp04 (10.99.0.4): plain may not use sudo without a password",
                        "plain ALL=(ALL) NOPASSWD: ALL"),
                Complaint.of(
                        "a private address that the droplet does not hold",
                        1,
                        words(cluster("10.98.0.2", "10.98.0.77")),
                        "lamp02: it does not hold its private address 10.98.0.77, it has 10.98.0.2 on eth1, 10.99.0.2 on eth0",
                        "correct private_ip in the inventory")));
        rows.addAll(systems());
        return rows;
    }

    private List<Complaint> systems() {
        String osRelease = "/usr/lib/os-release";
        return List.of(
                Complaint.of(
                                "a release that is not known, without package lists",
                                1,
                                words(newDroplet()),
                                "lamp04: apt there knows no libapache2-mod-php, and which PHP Debian of the future brings"
                                        + " is not known without it",
                                "run there: apt-get update")
                        .when(
                                () -> lab.onHost(
                                        "lamp04",
                                        "cp -p " + osRelease
                                                + " /run/kept; sed -i -e 's/^VERSION_ID=.*/VERSION_ID=\"99\"/'"
                                                + " -e 's/^PRETTY_NAME=.*/PRETTY_NAME=\"Debian of the future\"/' "
                                                + osRelease
                                                + "; mount -t tmpfs none /var/lib/apt/lists"),
                                () -> lab.onHost(
                                        "lamp04", "cp -p /run/kept " + osRelease + "; umount /var/lib/apt/lists")),
                Complaint.of(
                                "a system without dpkg",
                                1,
                                words(newDroplet()),
                                "lamp04: it runs Debian GNU/Linux 12 (bookworm) without dpkg; sessionctl needs Debian or Ubuntu")
                        .when(
                                () -> lab.onHost("lamp04", "mv /usr/bin/dpkg-query /usr/bin/dpkg-query.away"),
                                () -> lab.onHost("lamp04", "mv /usr/bin/dpkg-query.away /usr/bin/dpkg-query")));
    }
}
