package sessionctl.ssh;

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
import sessionctl.inventory.JumpHost;

/** Goes through ssh's configuration for one host, from its first line to its last: the first that speaks decides. */
final class HostReading {
    private static final String LEFT_OUT = " is not understood and left out; ";

    /** What would change how a host is reached, and what to do about it. */
    private static final Map<String, String> MATTERS = Map.of(
            "pkcs11provider", "load its keys into the ssh-agent: ssh-add -s",
            "securitykeyprovider", "load its keys into the ssh-agent",
            "globalknownhostsfile", "/etc/ssh/ssh_known_hosts is read, or the file of --known-hosts",
            "bindaddress", "the system chooses the source address",
            "bindinterface", "the system chooses the source address",
            "knownhostscommand", "write the keys into known_hosts, or into the inventory (host_key)",
            "revokedhostkeys", "mark the keys with @revoked in known_hosts");

    private final Destination asked;
    private final Surroundings here;
    private final Map<String, ConfigLine> first = new HashMap<>();
    private final List<ConfigLine> identityFiles = new ArrayList<>();
    private final List<ConfigLine> certificateFiles = new ArrayList<>();
    private final Set<String> remarks = new LinkedHashSet<>();

    /** Nothing is read yet. */
    HostReading(Destination asked, Surroundings here) {
        this.asked = asked;
        this.here = here;
    }

    void read(ConfigBlock block) {
        List<String> hosts = word("hostname") == null ? asked.names() : List.of(host());
        if (!block.holds(new ConfigBlock.Asked(asked.names(), hosts, user(), here.user()), remarks)) {
            return;
        }
        for (ConfigPart part : block.parts()) {
            if (part instanceof ConfigBlock inner) {
                read(inner);
            } else if (part instanceof ConfigPart.Said said) {
                take(said.line());
            }
        }
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
                Stream.ofNullable(first.get("userknownhostsfile"))
                        .flatMap(this::paths)
                        .toList(),
                policy(),
                yes("hashknownhosts"),
                agent(),
                List.copyOf(remarks));
    }

    private void take(ConfigLine line) {
        String keyword = line.keyword();
        if (keyword.equals("identityfile") || keyword.equals("certificatefile")) {
            (keyword.equals("identityfile") ? identityFiles : certificateFiles).add(line);
            return;
        }
        // Of these two the first that is met holds, whichever it is.
        String slot = keyword.equals("proxycommand") ? "proxyjump" : keyword;
        if (first.putIfAbsent(slot, line) == null) {
            String remedy = MATTERS.get(keyword);
            if (remedy != null && !line.word().equalsIgnoreCase("none")) {
                remarks.add(line.remark(LEFT_OUT + remedy));
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
        ConfigLine line = first.get("proxyjump");
        if (line == null) {
            return null;
        }
        if (line.word().equalsIgnoreCase(JumpHost.NONE)) {
            return List.of();
        }
        if (line.keyword().equals("proxycommand")) {
            leaveOut("proxyjump", "name the hosts on the way with ProxyJump, or with ssh.jump in the inventory");
            return null;
        }
        return expanded(line, String.join(" ", line.words()))
                .map(hosts -> JumpHost.parse(hosts).orElseGet(() -> {
                    leaveOut("proxyjump", "expected user@host:port, several with commas between, or none");
                    return null;
                }))
                .orElse(null);
    }

    private @Nullable HostKeyPolicy policy() {
        String word = word("stricthostkeychecking");
        return switch (word == null ? "" : word.toLowerCase(Locale.ROOT)) {
            case "yes", "true" -> HostKeyPolicy.STRICT;
            case "accept-new", "no", "off", "false" -> HostKeyPolicy.ACCEPT_NEW;
            case "ask" -> HostKeyPolicy.ASK;
            default -> null;
        };
    }

    private @Nullable String agent() {
        ConfigLine line = first.get("identityagent");
        String word = word("identityagent");
        if (line == null || word == null || word.equalsIgnoreCase("none") || word.equals("SSH_AUTH_SOCK")) {
            return word;
        }
        if (word.startsWith("$") && !word.startsWith("${")) {
            return Objects.requireNonNullElse(here.environment().apply(word.substring(1)), "none");
        }
        return path(line, word).orElse(null);
    }

    private void leaveOut(String keyword, String remedy) {
        ConfigLine line = first.get(keyword);
        if (line != null) {
            remarks.add(line.remark(LEFT_OUT + remedy));
        }
    }

    private @Nullable String word(String keyword) {
        ConfigLine line = first.get(keyword);
        return line == null || line.words().isEmpty() ? null : line.word();
    }

    private boolean yes(String keyword) {
        ConfigLine line = first.get(keyword);
        return line != null && line.yes();
    }

    /** The host as far as it is known, as {@code ssh NAME} would connect to it. */
    private String host() {
        return Objects.requireNonNullElseGet(hostName(), asked::name);
    }

    private @Nullable String hostName() {
        ConfigLine line = first.get("hostname");
        Tokens tokens = new Tokens(Map.of("%", () -> "%", "h", asked::name), variable -> "${" + variable + "}");
        return line == null || line.words().isEmpty()
                ? null
                : expanded(line, line.word(), tokens).orElse(null);
    }

    private String user() {
        String word = asked.user() == null ? word("user") : asked.user();
        return word == null ? asked.usualUser() : word;
    }

    private @Nullable String alias() {
        String word = word("hostkeyalias");
        return word == null ? null : word.toLowerCase(Locale.ROOT);
    }

    private Stream<String> paths(ConfigLine line) {
        return line.words().stream().flatMap(word -> path(line, word).stream());
    }

    private Optional<String> path(ConfigLine line, String written) {
        return expanded(line, written.startsWith("~/") ? here.home() + written.substring(1) : written);
    }

    private Optional<String> expanded(ConfigLine line, String written) {
        return expanded(line, written, new Tokens(letters(), here.environment()));
    }

    /** The word that is meant; nothing where nobody can tell, which is said. */
    private Optional<String> expanded(ConfigLine line, String written, Tokens tokens) {
        try {
            return Optional.of(tokens.expand(written));
        } catch (Tokens.Unknown e) {
            remarks.add(line.remark(String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }

    private Map<String, Supplier<String>> letters() {
        return Map.ofEntries(
                Map.entry("%", () -> "%"),
                Map.entry("d", here::home),
                Map.entry("h", this::host),
                Map.entry("i", here::uid),
                Map.entry("k", () -> Objects.requireNonNullElseGet(alias(), asked::name)),
                Map.entry("L", () -> here.hostName().replaceFirst("\\..*", "")),
                Map.entry("l", here::hostName),
                Map.entry("n", asked::name),
                Map.entry("p", () -> Integer.toString(portThere())),
                Map.entry("r", this::user),
                Map.entry("u", here::user));
    }

    private int portThere() {
        return Objects.requireNonNullElse(asked.port() == null ? port() : asked.port(), Target.USUAL_PORT);
    }
}
