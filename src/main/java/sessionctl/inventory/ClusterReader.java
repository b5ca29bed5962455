package sessionctl.inventory;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Reads the whole document. */
final class ClusterReader {
    private static final String DROPLETS = "expected a list of droplets, each with name, public_ip and private_ip";
    private static final WholeNumber SECONDS = new WholeNumber("a number of seconds", 1, Integer.MAX_VALUE);
    /** When a server opens, what was sent to it a moment before is sent again by TCP 0.2 s later; see the guard. */
    private static final PartsOfSeconds SILENCE = new PartsOfSeconds(400, 60_000);

    private static final WholeNumber COPIES = new WholeNumber("a number of servers", 2, Integer.MAX_VALUE);
    private static final Choice<Sapi> SAPI = new Choice<>(List.of(Sapi.values()));

    private final UsualAccess usual;
    private final Problems problems;

    ClusterReader(UsualAccess usual, Problems problems) {
        this.usual = usual;
        this.problems = problems;
    }

    /** The cluster; whether it may be used is for the problems to say. */
    Optional<Cluster> read(Value document) {
        return document.isEmpty()
                ? document.refuse("the document is empty", DROPLETS)
                : document.fields("expected the key droplets with a list").map(fields -> fields.read(this::cluster));
    }

    /** What its keys say; faulty or absent ones say what is usual. */
    Cluster cluster(Fields fields) {
        String name = fields.optional("cluster", Word.CLUSTER).orElse(Cluster.USUAL_NAME);
        Memcached memcached = fields.section("memcached", MemcachedReader::read);
        UnaryOperator<SshAccess> ssh = fields.section("ssh", new SshReader(memcached.port())::read);
        Sessions sessions = fields.section("sessions", ClusterReader::sessions);
        Sapi sapi = fields.section("php", php -> php.optional("sapi", SAPI).orElse(Sapi.AUTO));
        Firewall firewall = fields.section("firewall", new FirewallReader(memcached.port())::read);
        DropletReader reader = new DropletReader(usual, ssh, memcached.port(), problems);
        return new Cluster(name, droplets(fields, reader), memcached, sessions, sapi, firewall);
    }

    private static Sessions sessions(Fields sessions) {
        Sessions usual = Sessions.usual();
        return new Sessions(
                sessions.optional("lifetime", SECONDS).map(Setting::of).orElse(usual.lifetime()),
                sessions.optional("lock_timeout", SECONDS).map(Setting::of).orElse(usual.lockTimeout()),
                sessions.optional("server_timeout", SILENCE).map(Setting::of).orElse(usual.serverTimeout()),
                sessions.optional("copies", COPIES).orElse(usual.copies()));
    }

    private static List<Droplet> droplets(Fields fields, DropletReader reader) {
        List<Optional<Droplet>> items = fields.mappings(
                "droplets", DROPLETS, "expected a droplet with name, public_ip and private_ip", reader::read);
        List<Droplet> droplets = items.stream().flatMap(Optional::stream).toList();
        boolean isWhole = droplets.size() == items.size();
        if (!items.isEmpty() && isWhole && droplets.stream().allMatch(Droplet::leaving)) {
            fields.refuse("droplets", "all droplets are leaving, so that none would remain", "expected one that stays");
        }
        return droplets;
    }
}
