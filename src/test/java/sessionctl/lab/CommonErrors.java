package sessionctl.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The table of common errors that stop a provision run. */
final class CommonErrors {
    /** Settings that differ from those on the droplets in service, so that a run has something to change. */
    private static final String CHANGE = "sessions: {lifetime: 999}\n";

    private final Lab lab;

    CommonErrors(Lab lab) {
        this.lab = lab;
    }

    private static List<String> words(Object... words) {
        return Arrays.stream(words).map(Object::toString).toList();
    }

    private Path cluster() {
        return lab.inventoryWith(CHANGE, "lamp01", "lamp02", "lamp03");
    }

    /** Returns the cluster's inventory with one text replaced by another. */
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

    List<CommonError> inventories() {
        Path wrong = lab.file("""
                droplets:
                  - {name: lamp01, public_ip: 10.99.0.1, private_ip: 10.98.0.300}
                  - {name: lamp01, public_ip: 10.99.0.2, private_ip: lamp02.local}
                memcache: {port: 11211}
                """, ".yml");
        return List.of(
                CommonError.of(
                        "an inventory that is not there",
                        5,
                        words("/nowhere/inventory.yml"),
                        "/nowhere/inventory.yml: cannot be read (there is no such file)",
                        "sessionctl init > /nowhere/inventory.yml"),
                CommonError.of("an address that is none", 5, words(wrong), wrong + ":2:", "10.98.0.300"),
                CommonError.of("a name that is used twice", 5, words(wrong), wrong + ":3:12: ", "lamp01"),
                CommonError.of("a host name for an address", 5, words(wrong), "lamp02.local", wrong + ":3:"),
                CommonError.of("an unknown key", 5, words(wrong), wrong + ":4:1: ", "memcache"),
                CommonError.of("no YAML at all", 5, words(lab.file("droplets: [", ".yml")), ".yml:1:"),
                CommonError.of("an empty file", 5, words(lab.file("", ".yml")), "droplets"));
    }

    List<CommonError> templates() {
        return List.of(
                CommonError.of(
                        "a template that asks for what there is not",
                        5,
                        words(cluster(), "--templates", templates("session.name = [=cluster_nmae]\n")),
                        "php.ini.ftl:1:18: \"cluster_nmae\" has no usable value"),
                CommonError.of(
                        "a template that never ends",
                        5,
                        words(cluster(), "--templates", templates("[#if cluster]\nsession.name = x\n")),
                        "php.ini.ftl:"),
                CommonError.of(
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

    List<CommonError> keys() {
        Path locked = newKey("open sesame");
        Path unknownKey = newKey("");
        String key = "key: " + lab.key();
        Path withEnv = cluster(key, "key: " + locked + ", passphrase_env: IT_PASSPHRASE");
        return List.of(
                CommonError.of(
                        "a key file that is not there",
                        5,
                        words(cluster(key, "key: /nowhere/id_ed25519")),
                        "the key file /nowhere/id_ed25519 does not exist; name the private key file with ssh.key"),
                CommonError.of(
                                "a passphrase that does not fit",
                                5,
                                words(withEnv),
                                "the passphrase is wrong for the key file " + locked,
                                "it came from $IT_PASSPHRASE; try it with ssh-keygen -y -f " + locked)
                        .with("IT_PASSPHRASE", "open barley"),
                CommonError.of(
                        "a passphrase that is not given",
                        5,
                        words(withEnv),
                        "the key file " + locked + " needs a passphrase; set the environment variable IT_PASSPHRASE"),
                CommonError.of(
                        "a key that the droplets do not know",
                        4,
                        words(cluster(key, "key: " + unknownKey), "--limit", "lamp01"),
                        "lamp01 (10.99.0.1): the login of root was refused; offered: " + unknownKey,
                        "authorized_keys"));
    }

    List<CommonError> hostKeys() {
        List<String> lines = new ArrayList<>();
        String other = "AAAAC3NzaC1lZDI1NTE5AAAAIP////////////////////////////////////////8";
        lines.add("10.99.0.1 ssh-ed25519 " + other);
        Path changed = lab.file(String.join("\n", lines) + "\n", "");
        String pin = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        return List.of(
                CommonError.of(
                        "an unknown host key",
                        4,
                        words(cluster(), "--limit", "lamp01", "--known-hosts", lab.file("", "")),
                        "lamp01 (10.99.0.1): its host key ",
                        "--host-key-policy accept-new"),
                CommonError.of(
                        "a host key that has changed",
                        4,
                        words(cluster(), "--limit", "lamp01", "--known-hosts", changed),
                        "lamp01 (10.99.0.1): its host key has changed: ",
                        "ssh-keygen -f " + changed + " -R '10.99.0.1'"),
                CommonError.of(
                        "a host key other than the pinned one",
                        4,
                        words(
                                cluster("{name: lamp01,", "{name: lamp01, host_key: \"" + pin + "\","),
                                "--limit",
                                "lamp01"),
                        "lamp01 (10.99.0.1): its host key is ",
                        "but the inventory pins " + pin));
    }

    List<CommonError> droplets() {
        List<CommonError> rows = new ArrayList<>(List.of(
                CommonError.of(
                        "an address that no host has",
                        4,
                        words(cluster("10.99.0.3", "10.99.0.77"), "--connect-timeout", "3"),
                        "lamp03 (10.99.0.77): ",
                        "Nothing was changed"),
                CommonError.of(
                                "a droplet that hangs",
                                4,
                                words(cluster(), "--connect-timeout", "3"),
                                "lamp03 (10.99.0.3): ",
                                "within 3 seconds")
                        .when(() -> lab.script("freeze", "lamp03"), () -> lab.script("thaw", "lamp03")),
                CommonError.of(
                        "a user who may not act as root",
                        4,
                        words(edited(newDroplet(), "user: root", "user: plain")),
                        "lamp04 (10.99.0.4): plain may not use sudo without a password",
                        "plain ALL=(ALL) NOPASSWD: ALL"),
                CommonError.of(
                        "a private address that the droplet does not have",
                        1,
                        words(cluster("10.98.0.2", "10.98.0.77")),
                        "lamp02: it does not have its private address 10.98.0.77, it has 10.98.0.2 on eth1,"
                                + " 10.99.0.2 on eth0",
                        "correct private_ip in the inventory")));
        rows.addAll(systems());
        return rows;
    }

    private List<CommonError> systems() {
        String osRelease = "/usr/lib/os-release";
        return List.of(
                CommonError.of(
                                "a release that is not known, without package lists",
                                1,
                                words(newDroplet()),
                                "lamp04: apt there does not know libapache2-mod-php, so the PHP version of Debian of"
                                        + " the future is unknown",
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
                CommonError.of(
                                "a system without dpkg",
                                1,
                                words(newDroplet()),
                                "lamp04: it runs Debian GNU/Linux 12 (bookworm) without dpkg; sessionctl needs"
                                        + " Debian or Ubuntu")
                        .when(
                                () -> lab.onHost("lamp04", "mv /usr/bin/dpkg-query /usr/bin/dpkg-query.away"),
                                () -> lab.onHost("lamp04", "mv /usr/bin/dpkg-query.away /usr/bin/dpkg-query")));
    }
}
