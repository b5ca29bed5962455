package sessionctl.ini;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sessionctl.state.Assignment;
import sessionctl.state.DropletFacts;
import sessionctl.state.FileState;
import sessionctl.state.PhpLayout;
import sessionctl.state.SitePhps;

/**
 * The settings that PHP uses for a droplet's sites, each with the file and line that sets it. PHP reads php.ini first,
 * then the ini files of conf.d, then the lines of its pool or of Apache's configuration for all sites, and last those of
 * a host, site or folder. A line for administrators stays in force over those of folders.
 */
public final class EffectiveSettings {
    /** The directive that overrides session.save_path if it is set (memcache_session.c). */
    public static final String SAVE_PATH = "memcache.session_save_path";

    /** The words of a file that sessionctl manages. */
    private static final Set<String> OWN = Set.of("own");

    /** The words of lines that PHP applies at each request, and not when it starts. */
    private static final Set<String> AT_REQUEST = Set.of("module", "part", "fcgi");

    private static final Pattern NAMES = Pattern.compile("(?:session|memcache)[.].*");

    private final DropletFacts facts;
    private final @Nullable PhpLayout php;

    /** The lines of php.ini and the memcache module's file, by the setting's name. */
    private final Map<String, Assignment> own = new LinkedHashMap<>();

    /** The lines of all ini files by the setting's name, and those of Apache for all sites. */
    private final Map<String, Assignment> general = new LinkedHashMap<>();

    /** The lines of each pool that serves a site, by the setting's name. */
    private final Map<String, Map<String, Assignment>> pools = new LinkedHashMap<>();

    /** The lines of each host, site or folder, by the setting's name. */
    private final Map<String, Map<String, Assignment>> parts = new LinkedHashMap<>();

    private EffectiveSettings(DropletFacts facts) {
        this.facts = facts;
        this.php = facts.state().php();
        if (php != null) {
            List.of(php.phpIni(), php.memcacheIni()).forEach(this::addOwn);
            general.putAll(own);
            if (php.fpm()) {
                SitePhps.pools(facts.settings(), php).forEach(pool -> pools.put(pool, new LinkedHashMap<>()));
            }
        }
        facts.settings().stream().filter(this::applies).forEach(this::add);
    }

    /** Finds the settings in a droplet's facts. */
    public static EffectiveSettings of(DropletFacts facts) {
        return new EffectiveSettings(facts);
    }

    private void addOwn(String path) {
        if (!(facts.state().file(path) instanceof FileState.Present ini)) {
            return;
        }
        IniParser parser = IniParser.of(ini.content());
        int offset = 0;
        int line = 1;
        for (IniParser.Entry entry : parser.entries()) {
            line += parser.linesBetween(offset, entry.start());
            offset = entry.start();
            String value = NAMES.matcher(entry.name()).matches() ? parser.value(entry.name()) : null;
            if (value != null) {
                own.put(entry.name(), new Assignment(path, Integer.toString(line), entry.name(), value, OWN));
            }
        }
    }

    private void add(Assignment line) {
        String pool = line.word("pool");
        if (line.isPart()) {
            String place = line.word("at").isEmpty() ? line.file() : line.word("at");
            parts.computeIfAbsent(place, p -> new LinkedHashMap<>()).put(line.name(), line);
        } else if (pool.isEmpty()) {
            general.put(line.name(), line);
        } else {
            pools.computeIfPresent(pool, (name, lines) -> {
                lines.put(line.name(), line);
                return lines;
            });
        }
    }

    /** Returns true if a PHP that serves pages reads the line or the file. */
    public boolean applies(Assignment line) {
        boolean fpm = php != null && php.fpm();
        if (fpm && line.file().endsWith("/.htaccess") && !apache()) {
            return false;
        }
        if (line.isUnread()) {
            return fpm || !line.file().endsWith("/.user.ini");
        }
        return line.isSetting() && isReadBy(line.php()) && !line.words().contains(fpm ? "module" : "fcgi");
    }

    private boolean isReadBy(@Nullable PhpLayout reader) {
        return reader == null || php == null || reader.equals(php);
    }

    private boolean apache() {
        return facts.state().service("apache2").running();
    }

    /**
     * Returns the settings of each place that serves pages, by the setting's name: first those of every pool, or of all
     * sites if there is none, then those of each host, site or folder that has its own.
     */
    public List<Map<String, Assignment>> places() {
        List<Map<String, Assignment>> sites = sites();
        List<Map<String, Assignment>> places = new ArrayList<>(sites);
        parts.values().forEach(lines -> sites.forEach(site -> places.add(with(site, lines))));
        return places;
    }

    /** Returns the settings of each place but hosts, sites and folders that have their own. */
    public List<Map<String, Assignment>> sites() {
        List<Map<String, Assignment>> sites = new ArrayList<>();
        pools.values().forEach(lines -> sites.add(with(general, lines)));
        return sites.isEmpty() ? List.of(general) : sites;
    }

    /** Returns the settings of the files that sessionctl manages, by name. */
    public Map<String, Assignment> own() {
        return own;
    }

    /** Returns the URLs of the servers that the memcache module uses in a place (memcache_session.c). */
    public static String savePath(Map<String, Assignment> place) {
        return Stream.of(SAVE_PATH, "session.save_path")
                .flatMap(name -> Stream.ofNullable(place.get(name)))
                .map(Assignment::value)
                .filter(value -> !value.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static Map<String, Assignment> with(Map<String, Assignment> lines, Map<String, Assignment> later) {
        Map<String, Assignment> all = new LinkedHashMap<>(lines);
        later.forEach((name, line) ->
                all.merge(name, line, (before, after) -> before.isAdmin() && !after.isAdmin() ? before : after));
        return all;
    }

    /** Returns the lines that count in some place, without repetition. */
    public Set<Assignment> lines() {
        Set<Assignment> lines = new LinkedHashSet<>();
        places().forEach(place -> lines.addAll(place.values()));
        return lines;
    }

    /** Returns the value of a setting in the first place that serves pages; empty if no file sets it. */
    public String value(String name) {
        return places().stream()
                .map(place -> place.get(name))
                .filter(Objects::nonNull)
                .findFirst()
                .map(Assignment::value)
                .orElse("");
    }

    /** Returns true for a line of a file that sessionctl manages. */
    public static boolean isOwn(Assignment line) {
        return line.words().equals(OWN);
    }

    /** Returns true if a request sees the value as that of its own folder or site, and not as that of the server. */
    public static boolean isLocal(Assignment line) {
        return line.words().stream().anyMatch(AT_REQUEST::contains);
    }
}
