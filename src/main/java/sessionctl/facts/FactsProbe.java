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
import sessionctl.guard.GuardProgram;
import sessionctl.state.Assignment;
import sessionctl.state.DropletFacts;
import sessionctl.state.DropletState;
import sessionctl.state.Feature;
import sessionctl.state.FileState;
import sessionctl.state.Installation;
import sessionctl.state.MemcachedFlags;
import sessionctl.state.PhpLayout;
import sessionctl.state.PhpSelection;
import sessionctl.state.Platform;
import sessionctl.state.SentinelState;
import sessionctl.state.ServiceState;

/** Asks for all facts that a plan needs about a droplet, in one command. */
public final class FactsProbe {
    /** Options whose value in the running memcached must equal that in the file. */
    private static final List<String> MANAGED = List.of("-l", "-p", "-U", "-m", "-I", "-c", "-t");

    /** Options that exclude PHP or the guard. memcached must not run with one that is no longer in the file. */
    private static final List<String> EXCLUDING = List.of("-s", "-S", "-Y", "-Z", "-B", "-X", "-C");

    /** The exit statuses of timeout(1) for a command that exceeded its limit. */
    private static final Set<Integer> LIMIT_EXITS = Set.of(124, 137);

    /** The maximum number of settings, because they are compared with each other. overrides.sh prints fewer. */
    private static final int MAX_SETTINGS = 300;

    /** The maximum number of parts of sessionctl, which the plan lists. */
    private static final int MAX_PARTS = 100;

    private FactsProbe() {}

    /** Returns the command, which changes nothing on the droplet. */
    public static Command command() {
        return Command.script(script());
    }

    /** Returns a command that also asks for everything of sessionctl on the droplet, which is to be removed. */
    public static Command commandWithInstallation() {
        return Command.script(script() + Scripts.text("facts/installation.sh"));
    }

    /** Returns the script, to which other probes can be appended. */
    static String script() {
        return Scripts.asking("facts/facts.sh")
                + Scripts.text("facts/overrides.sh")
                + Scripts.text("firewall/facts.sh");
    }

    /**
     * Parses the answer.
     *
     * @throws InvalidAnswerException if it is not an answer to this probe, or if the droplet has no dpkg
     */
    public static DropletFacts parse(CommandResult result) throws InvalidAnswerException {
        return parse(result, PhpSelection.ANY);
    }

    /**
     * Parses the answer.
     *
     * @param php the PHPs that the inventory permits
     * @throws InvalidAnswerException if it is not an answer to this probe, or if the droplet has no dpkg
     */
    public static DropletFacts parse(CommandResult result, PhpSelection php) throws InvalidAnswerException {
        return parse(sections(result), php);
    }

    /**
     * Divides the answer into its sections.
     *
     * @throws InvalidAnswerException if it is not an answer to this probe
     */
    static AnswerSections sections(CommandResult result) throws InvalidAnswerException {
        if (!result.ok()) {
            String said = result.stderr()
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .findFirst()
                    .map(line -> " and printed \"" + AnswerSections.cut(line) + "\"")
                    .orElse("");
            throw new InvalidAnswerException(
                    LIMIT_EXITS.contains(result.exit())
                            ? "the script that reads its facts took too long; look at the droplet's load, run again"
                            : "the script that reads its facts exited " + result.exit() + said
                                    + "; fix the cause there, run again");
        }
        return AnswerSections.of(result.stdout());
    }

    /** Parses the sections of the answer, which may have others, too. */
    static DropletFacts parse(AnswerSections sections, PhpSelection wanted) throws InvalidAnswerException {
        Map<String, String> os = AnswerSections.properties(sections.text("os"));
        os.replaceAll((key, value) -> AnswerSections.cut(value.strip().replaceAll("^([\"'])(.*)\\1$", "$2")));
        String name = os.getOrDefault("PRETTY_NAME", "this system");
        InstalledPackages packages = InstalledPackages.parse(sections.text("packages"));
        if (packages.installed().isEmpty()) {
            throw new InvalidAnswerException("it runs " + name + " without dpkg; sessionctl needs Debian or Ubuntu");
        }
        MemcachedFlags running = runningFlags(sections.texts().get("memcached"));
        List<Assignment> settings = parseSettings(sections.text("settings"));
        PhpLayout php = new PhpDetector(packages.installed().keySet(), links(sections), settings).detect(wanted);
        DropletState state = new DropletState(
                php,
                packages.installed().keySet(),
                parseHalfInstalled(sections, packages),
                filesInPlace(sections),
                features(sections, php),
                services(sections, packages, running));
        boolean systemd = sections.text("init").equals("systemd");
        return new DropletFacts(
                new Platform(os.getOrDefault("ID", ""), os.getOrDefault("VERSION_ID", ""), name, systemd),
                FirewallSections.addresses(sections.text("addresses")),
                packages.installed(),
                InstalledPackages.offers(sections.texts().getOrDefault("offers", "")),
                sections.texts().getOrDefault("tables", "").equals("legacy"),
                running,
                GuardFacts.parseStats(sections),
                GuardFacts.parseFence(sections),
                settings,
                GuardFacts.parseInput(sections),
                FirewallSections.parse(sections),
                installation(sections),
                ConditionsParser.parse(sections),
                state);
    }

    private static Map<String, FileState> filesInPlace(AnswerSections sections) {
        Map<String, FileState> files = new LinkedHashMap<>(sections.files());
        files.keySet().removeIf(path -> path.startsWith(Installation.ORIGINALS + "/"));
        return files;
    }

    /** Parses what the droplet has of sessionctl; null if it was not asked. */
    static @Nullable Installation installation(AnswerSections sections) {
        String guard = sections.texts().get("guard-parts");
        String state = sections.texts().get("state-parts");
        if (guard == null || state == null) {
            return null;
        }
        Map<String, FileState> originals = new LinkedHashMap<>();
        sections.files().forEach((path, file) -> {
            if (path.startsWith(Installation.ORIGINALS + "/")) {
                originals.put(path.substring(Installation.ORIGINALS.length()), file);
            }
        });
        return new Installation(parts(guard), parts(state), originals);
    }

    private static List<String> parts(String text) {
        return AnswerSections.lines(text).stream()
                .limit(MAX_PARTS)
                .map(AnswerSections::cut)
                .toList();
    }

    /** Parses the lines of overrides.sh: file:line, name, value and words, separated by tabs. */
    private static List<Assignment> parseSettings(String text) {
        return AnswerSections.lines(text).stream()
                .limit(MAX_SETTINGS)
                .map(line -> line.split("\t", 4))
                .filter(parts -> parts.length > 2 && parts[0].contains(":"))
                .map(parts -> {
                    int colon = parts[0].lastIndexOf(':');
                    return new Assignment(
                            parts[0].substring(0, colon),
                            parts[0].substring(colon + 1),
                            parts[1],
                            parts[2],
                            parts.length == 3 ? Set.of() : Set.copyOf(List.of(parts[3].split(" "))));
                })
                .toList();
    }

    private static Set<String> parseHalfInstalled(AnswerSections sections, InstalledPackages packages)
            throws InvalidAnswerException {
        return packages.halfInstalled().isEmpty()
                        && sections.text("interrupted").equals("yes")
                ? Set.of("dpkg's interrupted run")
                : packages.halfInstalled();
    }

    private static List<String> links(AnswerSections sections) throws InvalidAnswerException {
        return AnswerSections.lines(sections.text("links"));
    }

    private static MemcachedFlags runningFlags(@Nullable String commandLine) {
        if (commandLine == null) {
            return MemcachedFlags.NONE;
        }
        List<String> words = AnswerSections.lines(commandLine);
        return MemcachedFlags.ofWords(words.subList(Math.min(1, words.size()), words.size()));
    }

    private static Set<Feature> features(AnswerSections sections, @Nullable PhpLayout php)
            throws InvalidAnswerException {
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

    private static Map<String, ServiceState> services(
            AnswerSections sections, InstalledPackages packages, MemcachedFlags running) throws InvalidAnswerException {
        Set<String> owed = Set.copyOf(AnswerSections.lines(sections.text("owed")));
        Map<String, ServiceState> services = new LinkedHashMap<>();
        for (Map<String, String> unit : SystemdUnits.parse(sections.text("services"))) {
            String name = unit.getOrDefault("Id", "").replaceAll("[.]service$", "");
            boolean installed = packages.installed().containsKey(name)
                    || packages.halfInstalled().contains(name)
                    || (name.equals(SentinelState.SERVICE) && sections.files().containsKey(GuardProgram.SENTINEL_UNIT));
            if (installed) {
                boolean settled =
                        !owed.contains(name) && (!name.equals("memcached") || matchesFiles(sections, running));
                services.put(
                        name,
                        new ServiceState(
                                SystemdUnits.running(unit),
                                SystemdUnits.starting(unit),
                                SystemdUnits.enabled(unit),
                                settled,
                                List.of()));
            }
        }
        return services;
    }

    /** Returns true if memcached runs with the options in its file. Only options that sessionctl sets are compared. */
    private static boolean matchesFiles(AnswerSections sections, MemcachedFlags running) {
        FileState file = sections.files().get("/etc/memcached.conf");
        if (running.flags().isEmpty() || !(file instanceof FileState.Present conf)) {
            return true;
        }
        MemcachedFlags written = MemcachedFlags.ofFile(conf.content());
        List<String> known =
                MANAGED.stream().filter(option -> !written.isComputed(option)).toList();
        return written.agreesOn(known, running)
                && EXCLUDING.stream()
                        .allMatch(option -> running.values(option).isEmpty()
                                || !written.values(option).isEmpty())
                && (running.usesCrawler() || !written.usesCrawler());
    }
}
