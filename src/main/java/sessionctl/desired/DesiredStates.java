package sessionctl.desired;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sessionctl.guard.GuardProgram;
import sessionctl.ini.Directive;
import sessionctl.ini.IniFile;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Configured;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Firewall;
import sessionctl.inventory.Php;
import sessionctl.inventory.Sapi;
import sessionctl.inventory.Seconds;
import sessionctl.state.DropletFacts;
import sessionctl.state.DropletState;
import sessionctl.state.Feature;
import sessionctl.state.FileState;
import sessionctl.state.FirewallFacts;
import sessionctl.state.InterfaceAddress;
import sessionctl.state.PhpLayout;
import sessionctl.state.PhpSelection;
import sessionctl.state.SentinelState;
import sessionctl.state.ServiceState;
import sessionctl.state.UnsupportedDropletException;

/** Computes the desired state of each droplet from a cluster and its templates. */
public final class DesiredStates {
    /** The file of memcached's options, the same in every release. */
    static final String CONF = "/etc/memcached.conf";

    private static final String MEMCACHED = "memcached";

    /** The files of the guard in the order of their writing: the program needs its settings, systemd the program. */
    private static final List<String> GUARD_FILES =
            List.of(GuardProgram.SETTINGS, GuardProgram.PATH, GuardProgram.UNIT);

    private final Cluster cluster;

    /** The rendered templates by the droplet's name. */
    private final Map<String, RenderedTemplates> rendered = new LinkedHashMap<>();

    /**
     * Renders and checks every template for every droplet, before any of them is contacted.
     *
     * @throws InvalidTemplateException if a template is invalid
     */
    public DesiredStates(Cluster cluster, TemplateSet templates) {
        this.cluster = cluster;
        for (Droplet droplet : cluster.droplets()) {
            rendered.put(droplet.name(), RenderedTemplates.of(templates, values(cluster, droplet), cluster, droplet));
        }
    }

    /** Returns the values that a template may use, by name. */
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
        values.put("copies", cluster.hasPartialReplicas() ? cluster.copies() : 0);
        values.put(
                "peers",
                cluster.staying().stream()
                        .filter(d -> !d.name().equals(droplet.name()))
                        .map(d -> d.privateIp().text())
                        .toList());
        values.put("memcached", memcached);
        values.put("sessions", sessions);
        values.put("guarded", true);
        return values;
    }

    /**
     * Returns the save_path, the same for every droplet and in the inventory's order. The spelling of hosts and the set
     * of servers decide on which server PHP stores a session.
     */
    static String savePath(Cluster cluster) {
        Configured<Seconds> timeout = cluster.sessions().serverTimeout();
        String rest = ":" + cluster.memcached().port() + (timeout.given() ? "?timeout=" + timeout.value() : "");
        return cluster.staying().stream()
                .map(d -> "tcp://" + d.privateIp() + rest)
                .collect(Collectors.joining(","));
    }

    /** Returns the PHP directives that a droplet's files must contain, value by name. Optional ones are left out. */
    public Map<String, String> settings(Droplet droplet) {
        RenderedTemplates texts = rendered(droplet);
        Map<String, String> settings = new LinkedHashMap<>();
        Stream.concat(texts.php().stream(), texts.module().stream())
                .filter(d -> !d.optional())
                .forEach(d -> settings.put(d.name(), d.value().replaceAll("^\"(.*)\"$", "$1")));
        return settings;
    }

    /** Returns the PHP directives of several droplets, by the droplet's name and by the directive's. */
    public Map<String, Map<String, String>> settings(List<Droplet> droplets) {
        Map<String, Map<String, String>> settings = new LinkedHashMap<>();
        droplets.forEach(d -> settings.put(d.name(), settings(d)));
        return settings;
    }

    private RenderedTemplates rendered(Droplet droplet) {
        return Objects.requireNonNull(rendered.get(droplet.name()), () -> droplet + " is not in this cluster");
    }

    private static Map<String, Object> values(Configured<?> setting) {
        return Map.of("value", setting.value(), "given", setting.given(), "mark", setting.given() ? "" : "?");
    }

    /**
     * Returns the desired state of a droplet. Its own files are kept apart from the settings that they must contain.
     *
     * @throws UnsupportedDropletException if the droplet cannot get that state
     */
    public DropletState stateOf(Droplet droplet, DropletFacts facts) throws UnsupportedDropletException {
        checkAddress(droplet, facts);
        if (facts.legacyTables() && !droplet.leaving()) {
            throw new UnsupportedDropletException(FirewallFacts.NO_LEGACY);
        }
        if (droplet.leaving() && facts.state().php() == null) {
            return withoutPhp(droplet, facts);
        }
        if (!droplet.leaving()) {
            checkOnePhp(facts);
        }
        PhpLayout php = php(facts);
        checkTimeout(php);
        Set<String> installed = facts.state().packages();
        boolean apache = PackageTable.apacheRuns(php, installed);
        Map<String, FileState> files = files(droplet, facts, php);
        Set<Feature> features = features(php, facts, apache);
        Map<String, ServiceState> services = services(php, features, apache, files);
        if (!droplet.leaving()) {
            new StartObstacles(cluster, droplet, facts).check(services.keySet());
        }
        Set<String> packages = new LinkedHashSet<>(PackageTable.packages(facts, php));
        if (facts.canHaveGuard() || cluster.firewall().mode() != Firewall.Mode.NONE) {
            packages.add(GuardProgram.PACKAGE);
        }
        if (droplet.leaving()) {
            packages.retainAll(installed);
            packages.addAll(guardPackages(files));
        }
        return new DropletState(php, packages, Set.of(), files, features, services);
    }

    /** Returns the state of a leaving droplet without PHP. It only needs a guard that fences its memcached. */
    private DropletState withoutPhp(Droplet droplet, DropletFacts facts) {
        Map<String, FileState> files = startFiles(droplet, facts);
        Map<String, ServiceState> services = new LinkedHashMap<>();
        if (!files.isEmpty()) {
            services.put(MEMCACHED, ServiceState.goodState(GUARD_FILES));
        }
        putSentinel(services, files);
        return new DropletState(null, guardPackages(files), Set.of(), files, Set.of(), services);
    }

    /** Returns the packages that the guard needs. They are required even on a droplet that otherwise stays as it is. */
    private static Set<String> guardPackages(Map<String, FileState> files) {
        return files.containsKey(GuardProgram.PATH) ? Set.of(GuardProgram.PACKAGE) : Set.of();
    }

    private static Map<String, ServiceState> services(
            PhpLayout php, Set<Feature> features, boolean apache, Map<String, FileState> files) {
        Map<String, ServiceState> services = new LinkedHashMap<>();
        List<String> memcachedReads = new ArrayList<>(GUARD_FILES);
        memcachedReads.add(CONF);
        services.put(MEMCACHED, ServiceState.goodState(memcachedReads));
        putSentinel(services, files);
        List<String> phpReads = List.of(
                php.phpIni(), php.memcacheIni(), Feature.memcacheModule(php).link());
        if (php.fpm()) {
            services.put(php.service(), ServiceState.goodState(phpReads));
        }
        if (apache) {
            List<String> links = features.stream()
                    .map(Feature::link)
                    .filter(l -> l.startsWith("/etc/apache2"))
                    .toList();
            services.put("apache2", ServiceState.goodState(php.fpm() ? links : phpReads));
        }
        return services;
    }

    /** Adds the sentinel, after memcached: it needs the guard's program and settings, which memcached brings. */
    private static void putSentinel(Map<String, ServiceState> services, Map<String, FileState> files) {
        if (files.containsKey(GuardProgram.SENTINEL_UNIT)) {
            services.put(SentinelState.SERVICE, ServiceState.goodState(List.of(GuardProgram.SENTINEL_UNIT)));
        }
    }

    private static void checkAddress(Droplet droplet, DropletFacts facts) throws UnsupportedDropletException {
        String address = droplet.privateIp().text();
        String device = droplet.privateInterface();
        if (facts.addresses().stream()
                .anyMatch(h -> h.address().equals(address) && (device == null || device.equals(h.device())))) {
            return;
        }
        String has = facts.addresses().stream()
                .filter(h -> !h.device().equals("lo"))
                .map(InterfaceAddress::toString)
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        throw new UnsupportedDropletException("it does not have its private address " + address
                + (device == null ? "" : " on " + device) + ", it has " + has
                + "; correct private_ip in the inventory or enable private networking");
    }

    private void checkTimeout(PhpLayout php) throws UnsupportedDropletException {
        Seconds timeout = cluster.sessions().serverTimeout().value();
        if (!timeout.isWhole() && !php.hasModule4()) {
            throw new UnsupportedDropletException(
                    "sessions.server_timeout is " + timeout + ", but the memcache module of PHP " + php.version()
                            + " accepts whole seconds only; write 1 in the inventory, or leave it out");
        }
    }

    /** Returns the PHP to install on a droplet without one. */
    private PhpLayout offeredPhp(DropletFacts facts) throws UnsupportedDropletException {
        boolean other = PackageTable.otherServerRuns(facts.state().packages());
        boolean fpm = cluster.sapi() == Sapi.FPM || (cluster.sapi() == Sapi.AUTO && other);
        String offered = PackageTable.phpOf(facts, fpm);
        if (offered == null) {
            throw new UnsupportedDropletException("apt there does not know "
                    + (fpm ? "php-fpm" : "libapache2-mod-php") + ", so the PHP version of "
                    + facts.platform().name()
                    + " is unknown; run there: apt-get update (on Ubuntu with universe)");
        }
        return new PhpLayout(
                cluster.php().version().isEmpty() ? offered : cluster.php().version(), fpm);
    }

    private PhpLayout php(DropletFacts facts) throws UnsupportedDropletException {
        PhpLayout found = facts.state().php();
        if (found == null) {
            return offeredPhp(facts);
        }
        String version = found.version();
        if (cluster.sapi() == Sapi.FPM && !found.fpm()) {
            throw new UnsupportedDropletException(
                    "php.sapi is fpm, but Apache runs its own PHP module; disable that first (a2dismod php" + version
                            + "), or leave php.sapi out of the inventory");
        }
        if (cluster.sapi() == Sapi.APACHE && found.fpm()) {
            throw new UnsupportedDropletException(
                    "php.sapi is apache, but PHP-FPM serves PHP there; enable Apache's module first (a2disconf "
                            + found.fpmName() + ", a2enmod " + found.apacheModule()
                            + "), or leave php.sapi out of the inventory");
        }
        return found;
    }

    /** Returns the PHPs that an inventory permits. */
    public static PhpSelection selection(Php php) {
        return new PhpSelection(php.version(), php.sapi() != Sapi.APACHE, php.sapi() != Sapi.FPM);
    }

    /** Refuses a droplet whose sites use several PHPs between which the inventory does not decide. */
    private void checkOnePhp(DropletFacts facts) throws UnsupportedDropletException {
        PhpSelection selection = selection(cluster.php());
        List<PhpLayout> all =
                facts.sitePhps().stream().filter(selection::accepts).toList();
        if (all.size() > 1) {
            boolean versions = all.stream().map(PhpLayout::version).distinct().count() > 1;
            throw new UnsupportedDropletException("its sites use "
                    + all.stream().map(PhpLayout::words).collect(Collectors.joining(" and "))
                    + (versions
                            ? "; write php.version: " + all.get(0).version() + " in the inventory, or the other one"
                            : "; write php.sapi in the inventory"));
        }
    }

    private static Set<Feature> features(PhpLayout php, DropletFacts facts, boolean apache) {
        boolean installed = facts.state().php() != null;
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
            // It would give PHP's pages of all sites to this FPM. A site with a handler of its own does not need it.
            if (!facts.sitePhps().contains(php)) {
                features.add(Feature.apacheConf(php.fpmName()));
            }
        }
        return features;
    }

    private Map<String, FileState> files(Droplet droplet, DropletFacts facts, PhpLayout php)
            throws UnsupportedDropletException {
        RenderedTemplates texts = rendered(droplet);
        Map<String, FileState> files = new LinkedHashMap<>();
        DefaultFileContents own = new DefaultFileContents(facts.state(), php);
        if (!droplet.leaving()) {
            files.put(CONF, applyEdit(own.conf(CONF), texts.conf(), MemcachedConfFile::with));
        }
        files.putAll(startFiles(droplet, facts));
        FileState ini = own.phpIni();
        files.put(php.phpIni(), applyEdit(ini, texts.php(), ini(php.phpIni())));
        FileState module = own.memcacheIni();
        files.put(php.memcacheIni(), applyEdit(module, moduleDirectives(module, texts), ini(php.memcacheIni())));
        return files;
    }

    /**
     * Returns the files that protect memcached's sessions; empty without systemd. A leaving droplet gets them only if its
     * memcached runs or may start again.
     */
    private Map<String, FileState> startFiles(Droplet droplet, DropletFacts facts) {
        Map<String, FileState> files = new LinkedHashMap<>();
        if (!facts.platform().systemd() || (droplet.leaving() && facts.isDecommissioned())) {
            return files;
        }
        RenderedTemplates texts = rendered(droplet);
        boolean guarded = facts.canHaveGuard();
        files.put(
                GuardProgram.UNIT,
                new FileState.Present(guarded ? texts.guardedUnit() : texts.unit(), "644", "root:root"));
        if (guarded) {
            // Each run makes the files in this folder readable for root only (run-lock.sh).
            files.put(GuardProgram.SETTINGS, new FileState.Present(texts.guardSettings(), "600", "root:root"));
            files.put(GuardProgram.PATH, new FileState.Present(GuardProgram.text(), "755", "root:root"));
            files.put(
                    GuardProgram.SENTINEL_UNIT, new FileState.Present(GuardProgram.sentinelUnit(), "644", "root:root"));
        }
        return files;
    }

    /**
     * Returns the directives for the memcache module's file. PHP reads it after php.ini, so a directive that it assigns
     * overrides php.ini and must have the same value.
     */
    private static List<Directive> moduleDirectives(FileState module, RenderedTemplates texts) {
        List<Directive> directives = new ArrayList<>(texts.module());
        if (module instanceof FileState.Present present) {
            List<Directive> must =
                    texts.php().stream().filter(d -> !d.optional()).toList();
            directives.addAll(IniFile.assigned(present.content(), must));
        }
        return directives;
    }

    /** Sets directives in the text of a file. */
    private interface Edit {
        String with(String original, List<Directive> directives) throws UnsupportedDropletException;
    }

    /** Returns the edit of an ini file, which fails if PHP would not read the directives. */
    private static Edit ini(String path) {
        return (original, directives) -> {
            IniFile edited = IniFile.edited(original, directives);
            if (!edited.fault().isEmpty()) {
                throw new UnsupportedDropletException(path + " " + edited.fault());
            }
            return edited.text();
        };
    }

    private static FileState applyEdit(FileState file, List<Directive> directives, Edit edit)
            throws UnsupportedDropletException {
        return file instanceof FileState.Present present
                ? present.with(edit.with(present.content(), directives))
                : new FileState.Pending(Directive.text(directives));
    }
}
