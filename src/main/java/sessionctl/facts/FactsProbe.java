package sessionctl.facts;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.Scripts;
import sessionctl.state.Actual;
import sessionctl.state.DropletState;
import sessionctl.state.Elsewhere;
import sessionctl.state.Feature;
import sessionctl.state.FileState;
import sessionctl.state.MemcachedFlags;
import sessionctl.state.PhpLayout;
import sessionctl.state.Platform;
import sessionctl.state.ServiceState;

/** Everything that a plan needs to know about a droplet, asked in one go. */
public final class FactsProbe {
    /** The options whose running value must be that of the file. */
    private static final List<String> MANAGED = List.of("-l", "-p", "-U", "-m", "-I", "-c", "-t");

    /** More than overrides.sh tells; they are compared with each other. */
    private static final int MOST_SETTINGS = 300;

    private FactsProbe() {}

    /** The question: one command, which changes nothing on the droplet. */
    public static Command command() {
        return Command.script(script());
    }

    /** The same as text, to which other questions can be added. */
    static String script() {
        return Scripts.asking("facts/facts.sh") + Scripts.text("facts/overrides.sh");
    }

    /**
     * Reads the answer.
     *
     * @throws UnreadableFact when it is not one
     */
    public static Actual parse(CommandResult result) throws UnreadableFact {
        if (!result.ok()) {
            throw new UnreadableFact("asking for its facts exited " + result.exit());
        }
        Sections sections = Sections.of(result.stdout());
        Map<String, String> os = OsRelease.parse(sections.text("os"));
        String name = os.getOrDefault("PRETTY_NAME", "this system");
        Packages packages = Packages.parse(sections.text("packages"));
        if (packages.installed().isEmpty()) {
            throw new UnreadableFact("it runs " + name + " without dpkg; sessionctl needs Debian or Ubuntu");
        }
        MemcachedFlags running = runningFlags(sections.texts().get("memcached"));
        PhpLayout php = PhpFound.in(packages.installed().keySet(), links(sections));
        DropletState state = new DropletState(
                php,
                packages.installed().keySet(),
                broken(sections, packages),
                sections.files(),
                features(sections, php),
                services(sections, packages, running));
        boolean systemd = sections.text("init").equals("systemd");
        return new Actual(
                new Platform(os.getOrDefault("ID", ""), os.getOrDefault("VERSION_ID", ""), name, systemd),
                FirewallProbe.addresses(sections.text("addresses")),
                packages.installed(),
                Packages.offers(sections.texts().getOrDefault("offers", "")),
                sections.texts().getOrDefault("tables", "").equals("legacy"),
                running,
                GuardFacts.stored(sections),
                GuardFacts.gate(sections),
                elsewhere(sections.text("settings")),
                GuardFacts.input(sections),
                state);
    }

    /** Lines of overrides.sh: file:line, name, value and words, parted by tabs. */
    private static List<Elsewhere> elsewhere(String text) {
        return Sections.lines(text).stream()
                .limit(MOST_SETTINGS)
                .map(line -> line.split("\t", 4))
                .filter(parts -> parts.length > 2 && parts[0].contains(":"))
                .map(parts -> {
                    int colon = parts[0].lastIndexOf(':');
                    return new Elsewhere(
                            parts[0].substring(0, colon),
                            parts[0].substring(colon + 1),
                            parts[1],
                            parts[2],
                            parts.length == 3 ? Set.of() : Set.copyOf(List.of(parts[3].split(" "))));
                })
                .toList();
    }

    private static Set<String> broken(Sections sections, Packages packages) throws UnreadableFact {
        return packages.broken().isEmpty() && sections.text("interrupted").equals("yes")
                ? Set.of("dpkg's interrupted run")
                : packages.broken();
    }

    private static List<String> links(Sections sections) throws UnreadableFact {
        return Sections.lines(sections.text("links"));
    }

    private static MemcachedFlags runningFlags(@Nullable String commandLine) {
        if (commandLine == null) {
            return MemcachedFlags.NONE;
        }
        List<String> words = Sections.lines(commandLine);
        return MemcachedFlags.ofWords(words.subList(Math.min(1, words.size()), words.size()));
    }

    private static Set<Feature> features(Sections sections, @Nullable PhpLayout php) throws UnreadableFact {
        Set<Feature> features = new LinkedHashSet<>();
        for (String link : links(sections)) {
            String name = link.substring(link.lastIndexOf('/') + 1).replaceAll("[.](load|conf|ini)$", "");
            if (link.startsWith("/etc/apache2/mods-enabled/")) {
                features.add(Feature.apacheModule(name));
            } else if (link.startsWith("/etc/apache2/conf-enabled/")) {
                features.add(Feature.apacheConf(name));
            } else if (php != null && link.startsWith(php.confDir() + "/")) {
                features.add(Feature.memcacheModule(php));
            }
        }
        return features;
    }

    private static Map<String, ServiceState> services(Sections sections, Packages packages, MemcachedFlags running)
            throws UnreadableFact {
        Set<String> owed = Set.copyOf(Sections.lines(sections.text("owed")));
        Map<String, ServiceState> services = new LinkedHashMap<>();
        for (Map<String, String> unit : Units.parse(sections.text("services"))) {
            String name = unit.getOrDefault("Id", "").replaceAll("[.]service$", "");
            boolean installed =
                    packages.installed().containsKey(name) || packages.broken().contains(name);
            if (installed) {
                boolean settled = !owed.contains(name) && (!name.equals("memcached") || agrees(sections, running));
                services.put(
                        name,
                        new ServiceState(
                                Units.running(unit), Units.starting(unit), Units.enabled(unit), settled, List.of()));
            }
        }
        return services;
    }

    /** Whether memcached runs with the options of its file, as far as they are ours to set. */
    private static boolean agrees(Sections sections, MemcachedFlags running) {
        FileState file = sections.files().get("/etc/memcached.conf");
        return running.flags().isEmpty()
                || !(file instanceof FileState.Present conf)
                || MemcachedFlags.ofFile(conf.content()).agreesOn(MANAGED, running);
    }
}
