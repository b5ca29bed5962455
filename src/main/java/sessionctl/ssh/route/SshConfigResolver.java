package sessionctl.ssh.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Glob;
import sessionctl.inventory.JumpHost;
import sessionctl.ssh.HostKeyPolicy;

/** Resolves ssh's configuration for one host, from its first line to its last: the first value of a keyword wins. */
final class SshConfigResolver {
    private static final String LEFT_OUT = " is not supported and ignored; ";

    /** Unsupported keywords that would change how a host is reached, with the remedy to show. */
    private static final Map<String, String> SUPPORTED_BY_SSH = Map.of(
            "pkcs11provider", "load its keys into the ssh-agent: ssh-add -s",
            "securitykeyprovider", "load its keys into the ssh-agent",
            "globalknownhostsfile", "/etc/ssh/ssh_known_hosts is read, or the file of --known-hosts",
            "bindaddress", "the system chooses the source address",
            "bindinterface", "the system chooses the source address",
            "knownhostscommand", "write the keys into known_hosts, or into the inventory (host_key)",
            "revokedhostkeys", "mark the keys with @revoked in known_hosts");

    private final Destination destination;
    private final LocalEnvironment environment;
    private final Map<String, ConfigLine> firstValues = new HashMap<>();
    private final List<ConfigLine> identityFiles = new ArrayList<>();
    private final List<ConfigLine> certificateFiles = new ArrayList<>();
    private final Set<String> remarks = new LinkedHashSet<>();

    SshConfigResolver(Destination destination, LocalEnvironment environment) {
        this.destination = destination;
        this.environment = environment;
    }

    void read(List<ConfigLine> lines) {
        for (ConfigLine line : lines) {
            switch (line.keyword()) {
                case "include" -> read(line.inner());
                case "host" -> {
                    if (Glob.matchesList(line.words(), destination.names())) {
                        read(line.inner());
                    }
                }
                case "match" -> {
                    if (matches(line)) {
                        read(line.inner());
                    }
                }
                default -> setFirst(line);
            }
        }
    }

    /**
     * Returns true if a Match line applies, with the values known when it is reached. A criterion that is not supported
     * makes it not apply and adds a remark.
     */
    private boolean matches(ConfigLine line) {
        // An equals sign may separate a criterion and its patterns.
        List<String> words = line.words().stream()
                .flatMap(word -> Stream.of(word.split("=", 2)))
                .toList();
        int at = 0;
        while (at < words.size()) {
            String written = words.get(at);
            boolean negated = written.startsWith("!");
            String criterion = written.substring(negated ? 1 : 0).toLowerCase(Locale.ROOT);
            String argument = at + 1 < words.size() ? words.get(at + 1) : "";
            List<String> values = values(criterion);
            if (values == null) {
                remarks.add(line.warning(" " + written + " is not supported, so its lines are ignored"));
                return false;
            }
            boolean all = criterion.equals("all");
            boolean matched = all || Glob.matchesList(List.of(argument.split(",", -1)), values);
            if (matched == negated) {
                return false;
            }
            at += all ? 1 : 2;
        }
        return !words.isEmpty();
    }

    private @Nullable List<String> values(String criterion) {
        return switch (criterion) {
            case "all" -> List.of();
            case "host" -> word("hostname") == null ? destination.names() : List.of(host());
            case "originalhost" -> destination.names();
            case "user" -> List.of(user());
            case "localuser" -> List.of(environment.user());
            default -> null;
        };
    }

    HostSettings settings() {
        return new HostSettings(
                hostName(),
                port(),
                word("user"),
                alias(),
                jump(),
                identityFiles.stream().flatMap(this::paths).distinct().toList(),
                certificateFiles.stream().flatMap(this::paths).distinct().toList(),
                yes("identitiesonly"),
                Stream.ofNullable(firstValues.get("userknownhostsfile"))
                        .flatMap(this::paths)
                        .toList(),
                policy(),
                yes("hashknownhosts"),
                agent(),
                List.copyOf(remarks));
    }

    private void setFirst(ConfigLine line) {
        String keyword = line.keyword();
        if (keyword.equals("identityfile") || keyword.equals("certificatefile")) {
            (keyword.equals("identityfile") ? identityFiles : certificateFiles).add(line);
            return;
        }
        // ProxyCommand and ProxyJump compete: the first of either wins (ssh_config(5)).
        String slot = keyword.equals("proxycommand") ? "proxyjump" : keyword;
        if (firstValues.putIfAbsent(slot, line) == null) {
            String remedy = SUPPORTED_BY_SSH.get(keyword);
            if (remedy != null && !line.word().equalsIgnoreCase("none")) {
                remarks.add(line.warning(LEFT_OUT + remedy));
            }
        }
    }

    private @Nullable Integer port() {
        String port = word("port");
        if (port == null) {
            return null;
        }
        if (port.matches("[0-9]{1,5}") && Integer.parseInt(port) >= 1 && Integer.parseInt(port) <= 65535) {
            return Integer.valueOf(port);
        }
        leaveOut("port", "expected a number from 1 to 65535");
        return null;
    }

    private @Nullable List<JumpHost> jump() {
        ConfigLine line = firstValues.get("proxyjump");
        if (line == null) {
            return null;
        }
        if (line.word().equalsIgnoreCase(JumpHost.NONE)) {
            return List.of();
        }
        if (line.keyword().equals("proxycommand")) {
            leaveOut("proxyjump", "name the jump hosts with ProxyJump, or with ssh.jump in the inventory");
            return null;
        }
        return expanded(line, String.join(" ", line.words()))
                .map(hosts -> JumpHost.parse(hosts).orElseGet(() -> {
                    leaveOut("proxyjump", "expected user@host:port, several separated by commas, or none");
                    return null;
                }))
                .orElse(null);
    }

    private @Nullable HostKeyPolicy policy() {
        String word = word("stricthostkeychecking");
        return switch (word == null ? "" : word.toLowerCase(Locale.ROOT)) {
            case "yes", "true" -> HostKeyPolicy.STRICT;
            case "accept-new" -> HostKeyPolicy.ACCEPT_NEW;
            case "no", "off", "false" -> {
                remark("stricthostkeychecking", " is taken as accept-new: a changed host key is refused");
                yield HostKeyPolicy.ACCEPT_NEW;
            }
            case "ask" -> HostKeyPolicy.ASK;
            default -> null;
        };
    }

    private @Nullable String agent() {
        ConfigLine line = firstValues.get("identityagent");
        String word = word("identityagent");
        if (line == null || word == null || word.equalsIgnoreCase("none") || word.equals("SSH_AUTH_SOCK")) {
            return word;
        }
        if (word.startsWith("$") && !word.startsWith("${")) {
            return Objects.requireNonNullElse(environment.environment().apply(word.substring(1)), "none");
        }
        return path(line, word).orElse(null);
    }

    private void leaveOut(String keyword, String remedy) {
        remark(keyword, LEFT_OUT + remedy);
    }

    private void remark(String keyword, String sentence) {
        ConfigLine line = firstValues.get(keyword);
        if (line != null) {
            remarks.add(line.warning(sentence));
        }
    }

    private @Nullable String word(String keyword) {
        ConfigLine line = firstValues.get(keyword);
        return line == null || line.words().isEmpty() ? null : line.word();
    }

    private boolean yes(String keyword) {
        String word = word(keyword);
        return "yes".equalsIgnoreCase(word) || "true".equalsIgnoreCase(word);
    }

    /** Returns the host that {@code ssh NAME} would connect to, from the lines read so far. */
    private String host() {
        return Objects.requireNonNullElseGet(hostName(), destination::name);
    }

    private @Nullable String hostName() {
        ConfigLine line = firstValues.get("hostname");
        TokenExpander expander =
                new TokenExpander(Map.of("%", () -> "%", "h", destination::name), variable -> "${" + variable + "}");
        return line == null || line.words().isEmpty()
                ? null
                : expander.expand(line.word(), sentence -> remarks.add(line.warning(sentence)))
                        .orElse(null);
    }

    private String user() {
        String word = destination.user() == null ? word("user") : destination.user();
        return word == null ? destination.defaultUser() : word;
    }

    private @Nullable String alias() {
        String word = word("hostkeyalias");
        return word == null ? null : word.toLowerCase(Locale.ROOT);
    }

    private Stream<String> paths(ConfigLine line) {
        return line.words().stream().flatMap(word -> path(line, word).stream());
    }

    private Optional<String> path(ConfigLine line, String written) {
        return expanded(line, written.startsWith("~/") ? environment.home() + written.substring(1) : written);
    }

    /** Expands the tokens of a word. Returns empty if a token is unknown, and adds a remark. */
    private Optional<String> expanded(ConfigLine line, String written) {
        return new TokenExpander(letters(), environment.environment())
                .expand(written, sentence -> remarks.add(line.warning(sentence)));
    }

    private Map<String, Supplier<@Nullable String>> letters() {
        return Map.ofEntries(
                Map.entry("%", () -> "%"),
                Map.entry("d", environment::home),
                Map.entry("h", this::host),
                Map.entry("i", environment::uid),
                Map.entry("k", () -> Objects.requireNonNullElseGet(alias(), destination::name)),
                Map.entry("L", () -> environment.hostName().replaceFirst("\\..*", "")),
                Map.entry("l", environment::hostName),
                Map.entry("n", destination::name),
                Map.entry("p", () -> Integer.toString(portThere())),
                Map.entry("r", this::user),
                Map.entry("u", environment::user));
    }

    private int portThere() {
        return Objects.requireNonNullElse(
                destination.port() == null ? port() : destination.port(), HostSettings.DEFAULT_PORT);
    }
}
