package sessionctl.inventory.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Configured;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Firewall;
import sessionctl.inventory.JumpHost;
import sessionctl.inventory.Memcached;
import sessionctl.inventory.Sapi;
import sessionctl.inventory.Sessions;
import sessionctl.inventory.SshAccess;
import sessionctl.inventory.yaml.ScalarType;
import sessionctl.inventory.yaml.Variables;

/** A writer of the shortest inventory that reads back as an equal cluster. */
public final class InventoryText {
    /**
     * Texts that YAML reads as themselves without quotes, in every position of a value. The words for null are
     * excluded.
     */
    private static final Pattern PLAIN =
            Pattern.compile("(?!(~|null|Null|NULL)$)[A-Za-z0-9./_~][A-Za-z0-9./_~+@-]*+(?:::?[A-Za-z0-9./_~+@-]++)*+");

    private InventoryText() {}

    /** Returns the inventory as YAML. It contains only keys that were given or that differ from their default. */
    public static String of(Cluster cluster) {
        Firewall firewall = cluster.firewall();
        SshAccess shared = shared(cluster.droplets());
        List<String> lines = lines(
                key("cluster", cluster.name(), Cluster.DEFAULT_NAME),
                section("ssh", ssh(shared, SshAccess.defaults())),
                section("memcached", memcached(cluster.memcached())),
                section(
                        "sessions",
                        lines(
                                key("lifetime", cluster.sessions().lifetime()),
                                key("lock_timeout", cluster.sessions().lockTimeout()),
                                key("server_timeout", cluster.sessions().serverTimeout()),
                                key("copies", cluster.sessions().copies(), Sessions.ALL))),
                section(
                        "php",
                        lines(
                                key("sapi", cluster.sapi(), Sapi.AUTO),
                                key("version", cluster.php().version(), ""))),
                section(
                        "firewall",
                        lines(
                                key("mode", firewall.mode(), Firewall.defaults().mode()),
                                key(
                                        "allow",
                                        firewall.allow(),
                                        Firewall.defaults().allow()))),
                section("droplets", items(cluster.droplets(), shared)));
        return String.join("\n", lines) + "\n";
    }

    private static List<String> memcached(Memcached memcached) {
        return lines(
                key("port", memcached.port(), Memcached.defaults().port()),
                key("memory", memcached.memory()),
                key("max_item_size", memcached.maxItemSize()),
                key("connections", memcached.connections()),
                key("threads", memcached.threads()));
    }

    private static List<String> items(List<Droplet> droplets, SshAccess shared) {
        return droplets.stream()
                .map(droplet -> droplet(droplet, shared))
                .flatMap(keys -> Stream.concat(
                        Stream.of("- " + keys.get(0)), keys.stream().skip(1).map(line -> "  " + line)))
                .toList();
    }

    private static List<String> droplet(Droplet droplet, SshAccess shared) {
        return lines(
                key("name", droplet.name(), null),
                key("public_ip", droplet.publicIp().text(), null),
                key("private_ip", droplet.privateIp().text(), null),
                key("private_interface", droplet.privateInterface(), null),
                key("host_key", droplet.ssh().hostKey(), null),
                section("ssh", ssh(droplet.ssh(), shared)),
                key("leaving", droplet.leaving(), false));
    }

    private static List<String> ssh(SshAccess ssh, SshAccess outside) {
        return lines(
                key("user", ssh.user(), outside.user()),
                key("port", ssh.port(), outside.port()),
                key("key", ssh.key(), outside.key()),
                key("passphrase_env", ssh.passphraseEnv(), outside.passphraseEnv()),
                key("address", ssh.address(), outside.address()),
                key("jump", jump(ssh.jump()), jump(outside.jump())));
    }

    private static String jump(List<JumpHost> hosts) {
        return hosts.isEmpty()
                ? JumpHost.NONE
                : hosts.stream().map(JumpHost::toString).collect(Collectors.joining(","));
    }

    /** Returns the SSH settings that all droplets share. A droplet cannot unset a key that the cluster sets. */
    private static SshAccess shared(List<Droplet> droplets) {
        SshAccess defaults = SshAccess.defaults();
        return new SshAccess(
                Objects.requireNonNullElse(common(droplets, SshAccess::user), defaults.user()),
                Objects.requireNonNullElse(common(droplets, SshAccess::port), defaults.port()),
                common(droplets, SshAccess::key),
                common(droplets, SshAccess::passphraseEnv),
                null,
                Objects.requireNonNullElse(common(droplets, SshAccess::address), defaults.address()),
                Objects.requireNonNullElse(common(droplets, SshAccess::jump), defaults.jump()));
    }

    private static <T> @Nullable T common(List<Droplet> droplets, Function<SshAccess, @Nullable T> part) {
        List<@Nullable T> parts = droplets.stream()
                .<@Nullable T>map(droplet -> part.apply(droplet.ssh()))
                .distinct()
                .toList();
        return parts.size() == 1 ? parts.get(0) : null;
    }

    @SafeVarargs
    private static List<String> lines(List<String>... parts) {
        List<String> lines = new ArrayList<>();
        for (List<String> part : parts) {
            lines.addAll(part);
        }
        return lines;
    }

    private static List<String> section(String key, List<String> inner) {
        return inner.isEmpty()
                ? List.of()
                : lines(
                        List.of(key + ":"),
                        inner.stream().map(line -> "  " + line).toList());
    }

    private static List<String> key(String key, Configured<?> setting) {
        return setting.given() ? List.of(key + ": " + scalar(setting.value())) : List.of();
    }

    private static List<String> key(String key, @Nullable Object value, @Nullable Object outside) {
        return value == null || value.equals(outside) ? List.of() : List.of(key + ": " + scalar(value));
    }

    /** Returns a value as a YAML scalar that reads back as the same value. */
    public static String scalar(Object value) {
        if (!(value instanceof String given)) {
            return ScalarType.word(value);
        }
        String text = Variables.escaped(given);
        return PLAIN.matcher(text).matches()
                ? text
                : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
