package sessionctl.ssh;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.JumpHost;

/** Goes through ssh's configuration for one host, from its first line to its last: the first that speaks decides. */
final class HostReading {
    private static final Pattern TOKEN = Pattern.compile("%(.)|\\$\\{([A-Za-z0-9_]+)\\}");
    private static final String LEFT_OUT = " is not understood and left out; ";

    /** What would change how a host is reached, and what to do about it. */
    private static final Map<String, String> MATTERS = Map.of(
            "hostkeyalias", "known_hosts is asked for the address itself",
            "certificatefile", "load the certificate into the ssh-agent",
            "pkcs11provider", "load its keys into the ssh-agent: ssh-add -s",
            "securitykeyprovider", "load its keys into the ssh-agent",
            "globalknownhostsfile", "/etc/ssh/ssh_known_hosts is read, or the file of --known-hosts",
            "bindaddress", "the system chooses the source address",
            "bindinterface", "the system chooses the source address",
            "knownhostscommand", "write the keys into known_hosts, or into the inventory (host_key)",
            "revokedhostkeys", "mark the keys with @revoked in known_hosts");

    private final List<String> names;
    private final String localUser;
    private final Surroundings around;
    private final Map<String, ConfigLine> first = new HashMap<>();
    private final List<String> identityFiles = new ArrayList<>();
    private final Set<String> remarks = new LinkedHashSet<>();

    /** The folder that {@code ~} stands for, and the variables. */
    record Surroundings(String home, Function<String, @Nullable String> environment) {}

    /**
     * Nothing is read yet.
     *
     * @param names what a person could call the host
     */
    HostReading(List<String> names, String localUser, Surroundings around) {
        this.names = List.copyOf(names);
        this.localUser = localUser;
        this.around = around;
    }

    void read(ConfigBlock block) {
        ConfigBlock.Asked asked = new ConfigBlock.Asked(names, host(), user(), localUser);
        if (!block.holds(asked, remarks)) {
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
        String host = word("hostname");
        return new HostSettings(
                host == null ? null : host(),
                port(),
                word("user"),
                jump(),
                identityFiles.stream().map(this::path).toList(),
                yes("identitiesonly"),
                words("userknownhostsfile").stream().map(this::path).toList(),
                policy(),
                yes("hashknownhosts"),
                agent(),
                List.copyOf(remarks));
    }

    private void take(ConfigLine line) {
        String keyword = line.keyword();
        if (keyword.equals("identityfile")) {
            identityFiles.add(line.word());
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
        return JumpHost.parse(expand(String.join(" ", line.words()))).orElseGet(() -> {
            leaveOut("proxyjump", "expected user@host:port, several with commas between, or none");
            return null;
        });
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
        String word = word("identityagent");
        if (word == null || word.equalsIgnoreCase("none") || word.equals("SSH_AUTH_SOCK")) {
            return word;
        }
        return path(word.startsWith("$") && !word.startsWith("${") ? "${" + word.substring(1) + "}" : word);
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

    private List<String> words(String keyword) {
        ConfigLine line = first.get(keyword);
        return line == null ? List.of() : line.words();
    }

    private boolean yes(String keyword) {
        ConfigLine line = first.get(keyword);
        return line != null && line.yes();
    }

    /** The host as far as it is known, as ssh connects to it. */
    private String host() {
        String word = word("hostname");
        String asked = names.get(names.size() - 1);
        return word == null ? asked : word.replace("%h", names.get(0)).replace("%%", "%");
    }

    private String user() {
        String word = word("user");
        return word == null ? localUser : word;
    }

    private String path(String written) {
        String text = expand(written);
        return text.startsWith("~/") ? around.home() + text.substring(1) : text;
    }

    private String expand(String text) {
        return TOKEN.matcher(text)
                .replaceAll(token -> Matcher.quoteReplacement(replaced(token.group(), token.group(1), token.group(2))));
    }

    private String replaced(String whole, @Nullable String letter, @Nullable String variable) {
        if (variable != null) {
            String value = around.environment().apply(variable);
            return value == null ? whole : value;
        }
        Integer port = "p".equals(letter) ? port() : null;
        Map<String, Supplier<String>> tokens = Map.of(
                "%", () -> "%",
                "h", this::host,
                "n", () -> names.get(0),
                "p", () -> port == null ? "22" : port.toString(),
                "r", this::user,
                "u", () -> localUser,
                "d", around::home);
        return tokens.getOrDefault(String.valueOf(letter), () -> whole).get();
    }
}
