package sessionctl.desired;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sessionctl.command.Scripts;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Sapi;
import sessionctl.inventory.Seconds;
import sessionctl.inventory.Setting;
import sessionctl.state.Actual;
import sessionctl.state.ActualFirewall;
import sessionctl.state.DropletState;
import sessionctl.state.Feature;
import sessionctl.state.FileState;
import sessionctl.state.HeldAddress;
import sessionctl.state.PhpLayout;
import sessionctl.state.ServiceState;
import sessionctl.state.Unfit;

/** From a cluster and its templates, the state that each droplet should have. */
public final class DesiredStates {
    /** memcached's options, in every release. */
    static final String CONF = "/etc/memcached.conf";

    private static final String MEMCACHED = "memcached";

    /** Our drop-in of memcached's unit. */
    static final String UNIT = "/etc/systemd/system/memcached.service.d/sessionctl.conf";

    private final Cluster cluster;

    /** What the templates say, by the droplet's name. */
    private final Map<String, Rendered> rendered = new LinkedHashMap<>();

    /**
     * Renders and checks every template for every droplet, before any of them is contacted.
     *
     * @throws TemplateProblem when a template is wrong
     */
    public DesiredStates(Cluster cluster, TemplateSet templates) {
        this.cluster = cluster;
        for (Droplet droplet : cluster.droplets()) {
            rendered.put(droplet.name(), Rendered.of(templates, values(cluster, droplet), cluster, droplet));
        }
    }

    /** Everything that a template may use. */
    static Map<String, Object> values(Cluster cluster, Droplet droplet) {
        Map<String, Object> memcached = new LinkedHashMap<>();
        memcached.put("port", cluster.memcached().port());
        memcached.put("memory", values(cluster.memcached().memory()));
        memcached.put("max_item_size", values(cluster.memcached().maxItemSize()));
        memcached.put("connections", values(cluster.memcached().connections()));
        memcached.put("threads", values(cluster.memcached().threads()));
        Map<String, Object> sessions = new LinkedHashMap<>();
        sessions.put("lifetime", values(cluster.sessions().lifetime()));
        sessions.put("lock_timeout", values(cluster.sessions().lockTimeout()));
        sessions.put(
                "server_timeout", cluster.sessions().serverTimeout().value().toString());
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("cluster", cluster.name());
        values.put("name", droplet.name());
        values.put("private_ip", droplet.privateIp().text());
        values.put("save_path", savePath(cluster));
        values.put("redundancy", cluster.copies() + 1);
        values.put("copies", cluster.sparse() ? cluster.copies() : 0);
        values.put(
                "peers",
                cluster.members().stream()
                        .filter(d -> !d.name().equals(droplet.name()))
                        .map(d -> d.privateIp().text())
                        .toList());
        values.put("memcached", memcached);
        values.put("sessions", sessions);
        values.put("guarded", true);
        values.put("session_keys", Scripts.text("facts/session-keys.pl"));
        return values;
    }

    /** One list for every droplet, in the inventory's order: host spelling and set decide where a session is kept. */
    static String savePath(Cluster cluster) {
        Setting<Seconds> timeout = cluster.sessions().serverTimeout();
        String rest = ":" + cluster.memcached().port() + (timeout.given() ? "?timeout=" + timeout.value() : "");
        return cluster.members().stream()
                .map(d -> "tcp://" + d.privateIp() + rest)
                .collect(Collectors.joining(","));
    }

    /** PHP's directives that must hold on a droplet, whatever its own files say: value by name. */
    public Map<String, String> settings(Droplet droplet) {
        Rendered texts = rendered(droplet);
        Map<String, String> settings = new LinkedHashMap<>();
        Stream.concat(texts.php().stream(), texts.module().stream())
                .filter(d -> !d.optional())
                .forEach(d -> {
                    int sign = d.text().indexOf('=');
                    String value = d.text().substring(sign + 1).strip();
                    settings.put(d.name(), value.replaceAll("^\"(.*)\"$", "$1"));
                });
        return settings;
    }

    /** PHP's settings as the inventory wants them, by the droplet's name and by the setting's. */
    public Map<String, Map<String, String>> settings(List<Droplet> droplets) {
        Map<String, Map<String, String>> settings = new LinkedHashMap<>();
        droplets.forEach(d -> settings.put(d.name(), settings(d)));
        return settings;
    }

    private Rendered rendered(Droplet droplet) {
        Rendered texts = rendered.get(droplet.name());
        if (texts == null) {
            throw new IllegalArgumentException(droplet + " is not in this cluster");
        }
        return texts;
    }

    private static Map<String, Object> values(Setting<?> setting) {
        return Map.of("value", setting.value(), "given", setting.given(), "mark", setting.given() ? "" : "?");
    }

    /**
     * What a droplet should be, given what it is: its own files are kept but for what must hold in them.
     *
     * @throws Unfit when it cannot become that
     */
    public Wanted of(Droplet droplet, Actual actual) throws Unfit {
        checkAddress(droplet, actual);
        if (actual.legacyTables() && !droplet.leaving()) {
            throw new Unfit(ActualFirewall.NO_LEGACY);
        }
        if (droplet.leaving() && actual.state().php() == null) {
            return withoutPhp(droplet, actual);
        }
        PhpLayout php = php(actual);
        checkTimeout(php);
        Set<String> installed = actual.state().packages();
        boolean apache = PackageTable.apacheServes(php, installed);
        Map<String, FileState> files = files(droplet, actual, php);
        Set<Feature> features = features(php, actual.state().php() != null, apache);
        Map<String, ServiceState> services = services(php, features, apache);
        Set<String> packages = new LinkedHashSet<>(PackageTable.packages(actual, php));
        if (actual.guardable()) {
            packages.add(Guard.PACKAGE);
        }
        if (droplet.leaving()) {
            packages.retainAll(installed);
            packages.addAll(forGuard(files));
        }
        return new Wanted(new DropletState(php, packages, Set.of(), files, features, services), List.of());
    }

    /** A droplet that leaves and has no PHP needs nothing of us but that nobody is let into its memcached any more. */
    private Wanted withoutPhp(Droplet droplet, Actual actual) {
        Map<String, FileState> files = starts(droplet, actual);
        Map<String, ServiceState> services =
                files.isEmpty() ? Map.of() : Map.of(MEMCACHED, ServiceState.good(List.of(Guard.PATH, UNIT)));
        return new Wanted(new DropletState(null, forGuard(files), Set.of(), files, Set.of(), services), List.of());
    }

    /** What the guard itself calls, also on a droplet that is left as it is but for that. */
    private static Set<String> forGuard(Map<String, FileState> files) {
        return files.containsKey(Guard.PATH) ? Set.of(Guard.PACKAGE) : Set.of();
    }

    private static Map<String, ServiceState> services(PhpLayout php, Set<Feature> features, boolean apache) {
        Map<String, ServiceState> services = new LinkedHashMap<>();
        services.put(MEMCACHED, ServiceState.good(List.of(Guard.PATH, UNIT, CONF)));
        List<String> phpReads = List.of(
                php.phpIni(), php.memcacheIni(), Feature.memcacheModule(php).link());
        if (php.fpm()) {
            services.put(php.service(), ServiceState.good(phpReads));
        }
        if (apache) {
            List<String> links = features.stream()
                    .map(Feature::link)
                    .filter(l -> l.startsWith("/etc/apache2"))
                    .toList();
            services.put("apache2", ServiceState.good(php.fpm() ? links : phpReads));
        }
        return services;
    }

    private static void checkAddress(Droplet droplet, Actual actual) throws Unfit {
        String address = droplet.privateIp().text();
        String device = droplet.privateInterface();
        for (HeldAddress held : actual.addresses()) {
            if (held.address().equals(address) && (device == null || device.equals(held.device()))) {
                return;
            }
        }
        Set<String> has = actual.addresses().stream()
                .filter(h -> !h.device().equals("lo"))
                .map(HeldAddress::toString)
                .collect(Collectors.toCollection(TreeSet::new));
        throw new Unfit("it does not hold its private address " + address
                + (device == null ? "" : " on " + device) + ", it has " + String.join(", ", has)
                + "; correct private_ip in the inventory or enable private networking");
    }

    private void checkTimeout(PhpLayout php) throws Unfit {
        Seconds timeout = cluster.sessions().serverTimeout().value();
        if (!timeout.whole() && !php.hasModule4()) {
            throw new Unfit("sessions.server_timeout is " + timeout + ", but the memcache module of PHP "
                    + php.version() + " takes whole seconds only; write 1 in the inventory, or leave it out");
        }
    }

    private PhpLayout php(Actual actual) throws Unfit {
        PhpLayout found = actual.state().php();
        if (found == null) {
            boolean other = PackageTable.otherServes(actual.state().packages());
            boolean fpm = cluster.sapi() == Sapi.FPM || (cluster.sapi() == Sapi.AUTO && other);
            String offered = PackageTable.phpOf(actual, fpm);
            if (offered == null) {
                throw new Unfit("apt there knows no " + (fpm ? "php-fpm" : "libapache2-mod-php") + ", and which PHP "
                        + actual.platform().name()
                        + " brings is not known without it; run there: apt-get update (on Ubuntu with universe)");
            }
            return new PhpLayout(offered, fpm);
        }
        String version = found.version();
        if (cluster.sapi() == Sapi.FPM && !found.fpm()) {
            throw new Unfit("php.sapi is fpm, but Apache runs its own PHP module; switch it off first (a2dismod php"
                    + version + "), or leave php.sapi out of the inventory");
        }
        if (cluster.sapi() == Sapi.APACHE && found.fpm()) {
            throw new Unfit(
                    "php.sapi is apache, but PHP-FPM serves PHP there; give PHP to Apache's module first (a2disconf "
                            + found.fpmName() + ", a2enmod " + found.apacheModule()
                            + "), or leave php.sapi out of the inventory");
        }
        return found;
    }

    private static Set<Feature> features(PhpLayout php, boolean installed, boolean apache) {
        Set<Feature> features = new LinkedHashSet<>();
        if (installed) {
            features.add(Feature.memcacheModule(php));
        }
        if (!php.fpm() && apache && installed) {
            features.add(Feature.apacheModule(php.apacheModule()));
        }
        if (php.fpm() && apache) {
            features.add(Feature.apacheModule("proxy_fcgi"));
            features.add(Feature.apacheModule("setenvif"));
            features.add(Feature.apacheConf(php.fpmName()));
        }
        return features;
    }

    private Map<String, FileState> files(Droplet droplet, Actual actual, PhpLayout php) throws Unfit {
        Rendered texts = rendered(droplet);
        Map<String, FileState> files = new LinkedHashMap<>();
        MissingFiles own = new MissingFiles(actual.state(), php);
        if (!droplet.leaving()) {
            files.put(CONF, edited(own.conf(CONF), texts.conf(), FlagFile::with));
        }
        files.putAll(starts(droplet, actual));
        FileState ini = own.phpIni();
        files.put(php.phpIni(), edited(ini, texts.php(), ini(php.phpIni())));
        FileState module = own.memcacheIni();
        files.put(php.memcacheIni(), edited(module, moduleDirectives(module, texts), ini(php.memcacheIni())));
        return files;
    }

    /** What watches over memcached's starts; on a droplet that leaves only where it runs, or may come up again. */
    private Map<String, FileState> starts(Droplet droplet, Actual actual) {
        Map<String, FileState> files = new LinkedHashMap<>();
        if (!actual.platform().systemd() || (droplet.leaving() && actual.decommissioned())) {
            return files;
        }
        Rendered texts = rendered(droplet);
        boolean guarded = actual.guardable();
        files.put(UNIT, new FileState.Present(guarded ? texts.guardedUnit() : texts.unit(), "644", "root:root"));
        if (guarded) {
            files.put(Guard.PATH, new FileState.Present(texts.guard(), "755", "root:root"));
        }
        return files;
    }

    /** PHP reads the module's file after php.ini: what it assigns there counts, and must be the same. */
    private static List<Directive> moduleDirectives(FileState module, Rendered texts) {
        List<Directive> directives = new ArrayList<>(texts.module());
        if (module instanceof FileState.Present present) {
            List<Directive> must =
                    texts.php().stream().filter(d -> !d.optional()).toList();
            directives.addAll(IniFile.assigned(present.content(), must));
        }
        return directives;
    }

    /** How a kind of file takes directives. */
    private interface Edit {
        String with(String original, List<Directive> directives) throws Unfit;
    }

    /** How a file of PHP's does: PHP must read what is set in it. */
    private static Edit ini(String path) {
        return (original, directives) -> {
            IniFile edited = IniFile.edited(original, directives);
            if (!edited.fault().isEmpty()) {
                throw new Unfit(path + " " + edited.fault());
            }
            return edited.text();
        };
    }

    private static FileState edited(FileState file, List<Directive> directives, Edit edit) throws Unfit {
        return file instanceof FileState.Present present
                ? present.with(edit.with(present.content(), directives))
                : new FileState.Pending(Directive.text(directives));
    }
}
