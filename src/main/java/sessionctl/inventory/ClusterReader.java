package sessionctl.inventory;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import sessionctl.inventory.yaml.MappingReader;
import sessionctl.inventory.yaml.ScalarType;
import sessionctl.inventory.yaml.ValueNode;

/** Reads the complete document. */
final class ClusterReader {
    private static final String DROPLETS = "expected a list of droplets, each with name, public_ip and private_ip";
    private static final ScalarType<String> NAME = ScalarType.text(
            "[A-Za-z0-9][A-Za-z0-9._-]{0,62}",
            "is not a cluster name",
            "expected up to 63 letters, digits, dots, dashes and underscores, with a letter or digit first");
    private static final ScalarType<Integer> SECONDS = ScalarType.number("a number of seconds", 1, Integer.MAX_VALUE);
    /**
     * The limits of server_timeout, in milliseconds. When a server opens, TCP resends after 0.2 s the packets that were
     * sent just before; see the guard.
     */
    private static final ScalarType<Seconds> SERVER_TIMEOUT = decimalSeconds(400, 60_000);

    private static final ScalarType<Integer> COPIES = ScalarType.number("a number of servers", 2, Integer.MAX_VALUE);
    private static final ScalarType<Sapi> SAPI = ScalarType.oneOf(List.of(Sapi.values()));
    private static final ScalarType<String> VERSION =
            ScalarType.text("[1-9][0-9]?([.][0-9]{1,2})?", "is not a version of PHP", "expected one such as 8.2");
    private static final ScalarType<Firewall.Mode> MODE = ScalarType.oneOf(List.of(Firewall.Mode.values()));

    private final SshDefaults sshDefaults;

    ClusterReader(SshDefaults sshDefaults) {
        this.sshDefaults = sshDefaults;
    }

    /** Returns the cluster. It is usable only if no problems were added. */
    Optional<Cluster> read(ValueNode document) {
        return document.isEmpty()
                ? document.refuse("the document is empty", DROPLETS)
                : document.fields("expected the key droplets with a list").map(mapping -> mapping.read(this::cluster));
    }

    /** Reads the keys. Invalid or missing values become defaults. */
    Cluster cluster(MappingReader mapping) {
        String name = mapping.optional("cluster", NAME).orElse(Cluster.DEFAULT_NAME);
        Memcached memcached = mapping.section("memcached", MemcachedReader::read);
        UnaryOperator<SshAccess> ssh =
                mapping.section("ssh", section -> SshReader.read(section, memcached.port(), Optional.empty()));
        Sessions sessions = mapping.section("sessions", ClusterReader::sessions);
        Php php = mapping.section("php", ClusterReader::php);
        Firewall firewall = mapping.section("firewall", section -> firewall(section, memcached.port()));
        DropletReader reader = new DropletReader(sshDefaults, ssh, memcached.port());
        return new Cluster(name, droplets(mapping, reader), memcached, sessions, php, firewall);
    }

    private static Sessions sessions(MappingReader sessions) {
        Sessions defaults = Sessions.defaults();
        return new Sessions(
                defaults.lifetime().or(sessions.optional("lifetime", SECONDS)),
                defaults.lockTimeout().or(sessions.optional("lock_timeout", SECONDS)),
                defaults.serverTimeout().or(sessions.optional("server_timeout", SERVER_TIMEOUT)),
                sessions.optional("copies", COPIES).orElse(defaults.copies()));
    }

    private static Php php(MappingReader php) {
        return new Php(
                php.optional("sapi", SAPI).orElse(Sapi.AUTO),
                php.optional("version", VERSION).orElse(""));
    }

    private static Firewall firewall(MappingReader firewall, int memcachedPort) {
        Firewall defaults = Firewall.defaults();
        Set<Integer> seen = new HashSet<>();
        ScalarType<Integer> newPort = SshReader.otherThan(memcachedPort)
                .except(port -> !seen.add(port), "is already in the list", "expected it once");
        return new Firewall(
                firewall.optional("mode", MODE).orElse(defaults.mode()),
                firewall.list("allow", "expected a list of ports such as [80, 443]", newPort)
                        .orElse(defaults.allow()));
    }

    private static List<Droplet> droplets(MappingReader mapping, DropletReader reader) {
        List<Optional<Droplet>> items = mapping.mappings(
                "droplets", DROPLETS, "expected a droplet with name, public_ip and private_ip", reader::read);
        List<Droplet> droplets = items.stream().flatMap(Optional::stream).toList();
        boolean isWhole = droplets.size() == items.size();
        if (!items.isEmpty() && isWhole && droplets.stream().allMatch(Droplet::leaving)) {
            mapping.refuse("droplets", "all droplets are leaving", "expected at least one without leaving: true");
        }
        return droplets;
    }

    /** Returns the type of seconds with up to three decimals. The limits are milliseconds. */
    private static ScalarType<Seconds> decimalSeconds(int min, int max) {
        String expected = "expected seconds from " + new Seconds(min) + " to " + new Seconds(max) + ", such as 0.8";
        List<Object> schemas = List.of(
                Map.of("type", "number", "minimum", min / 1000.0, "maximum", max / 1000.0, "multipleOf", 0.001),
                Map.of("type", "string", "pattern", "^(0|[1-9][0-9]{0,5})([.][0-9]{1,3})?$"));
        return new ScalarType<>(expected, Map.of("anyOf", schemas), (text, at) -> {
            if (!text.matches("(0|[1-9][0-9]{0,5})([.][0-9]{1,3})?")) {
                return at.refuse(text, "is not a number of seconds", expected);
            }
            int milliseconds = new BigDecimal(text).movePointRight(3).intValueExact();
            return milliseconds < min || milliseconds > max
                    ? at.refuse(text, "is out of range", expected)
                    : Optional.of(new Seconds(milliseconds));
        });
    }
}
