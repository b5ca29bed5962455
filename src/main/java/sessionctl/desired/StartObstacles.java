package sessionctl.desired;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.state.DropletFacts;
import sessionctl.state.FileState;
import sessionctl.state.MemcachedFlags;
import sessionctl.state.MemcachedFlags.Flag;
import sessionctl.state.RunConditions.StartLine;
import sessionctl.state.UnsupportedDropletException;

/**
 * Finds what keeps a droplet's services from starting as the inventory wants: masked units, and options of memcached
 * with which PHP or the guard cannot use it.
 */
final class StartObstacles {
    private static final String WRAPPER = "/usr/share/memcached/scripts/systemd-memcached-wrapper";

    /** memcached in a command of a unit. */
    private static final Pattern PROGRAM = Pattern.compile("(?:bin/|=\\s{0,9}[-@:+!]{0,9})memcached(?=[\\s\"';]|$)");

    /** Options that exclude PHP, and what they do (memcached(1)). */
    private static final Map<String, String> EXCLUDE_PHP = Map.of(
            "-s", "makes memcached listen on a socket file only",
            "-S", "makes memcached require SASL, which PHP's sessions do not use",
            "-Y", "makes memcached require a password, which PHP's sessions do not send",
            "-Z", "makes memcached require TLS, which PHP's sessions do not use",
            "-V", "makes memcached print its version and end",
            "-i", "makes memcached print its license and end",
            "-h", "makes memcached print its options and end");

    /** Options that exclude the guard, likewise. */
    private static final Map<String, String> EXCLUDE_GUARD = Map.of(
            "-X", "forbids the list of keys that the guard needs",
            "-C", "turns off the numbers by which the guard tells later writes");

    private final Cluster cluster;
    private final Droplet droplet;
    private final DropletFacts facts;

    StartObstacles(Cluster cluster, Droplet droplet, DropletFacts facts) {
        this.cluster = cluster;
        this.droplet = droplet;
        this.facts = facts;
    }

    /**
     * Checks the services that the droplet should have.
     *
     * @throws UnsupportedDropletException if one could not start or work
     */
    void check(Collection<String> services) throws UnsupportedDropletException {
        checkMasks(services);
        if (!services.contains("memcached")) {
            return;
        }
        if (facts.state().file(DesiredStates.CONF) instanceof FileState.Present conf) {
            checkFile(conf.content());
        }
        for (StartLine line : facts.conditions().starts()) {
            checkSwitchedOff(line);
        }
        checkCommand();
    }

    private void checkMasks(Collection<String> services) throws UnsupportedDropletException {
        Map<String, String> masked = facts.conditions().masked();
        List<String> units = Stream.concat(services.stream(), Stream.of("sessionctl-firewall"))
                .filter(masked::containsKey)
                .sorted()
                .toList();
        List<String> commands = new ArrayList<>();
        for (String state : List.of("masked", "masked-runtime")) {
            List<String> some =
                    units.stream().filter(u -> state.equals(masked.get(u))).toList();
            if (!some.isEmpty()) {
                String option = state.equals("masked") ? "" : "--runtime ";
                commands.add("systemctl unmask " + option + String.join(" ", some));
            }
        }
        if (!units.isEmpty()) {
            boolean one = units.size() == 1;
            throw new UnsupportedDropletException((one ? "the unit " : "the units ") + String.join(", ", units)
                    + (one ? " is" : " are") + " masked, so systemd does not start " + (one ? "it" : "them")
                    + "; run there: " + String.join(" && ", commands));
        }
    }

    private void checkFile(String content) throws UnsupportedDropletException {
        String[] lines = content.split("\n");
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i];
            // A shell reads these lines, so quotes and backslashes are not part of an option.
            List<Flag> flags = MemcachedFlags.ofLine(line.replaceAll("[\"']|\\\\(?!#)", "")).stream()
                    .toList();
            String fault = fault(flags, facts.platform().systemd());
            if (fault != null) {
                throw new UnsupportedDropletException(DesiredStates.CONF + ":" + (i + 1) + ": " + fault
                        + (flags.size() == 1
                                ? "; run there: sed -i '" + (i + 1) + "s/^/#/' " + DesiredStates.CONF
                                : "; remove that option from the line"));
            }
        }
    }

    /** Returns the option that excludes PHP or the guard, with what it does; null if there is none. */
    private @Nullable String fault(List<Flag> flags, boolean foreground) {
        return flags.stream()
                .flatMap(flag -> Stream.of(forPhp(flag, foreground), facts.canHaveGuard() ? forGuard(flag) : "")
                        .filter(what -> !what.isEmpty())
                        .map(what -> "the option " + flag + " " + what))
                .findFirst()
                .orElse(null);
    }

    private static String forPhp(Flag flag, boolean foreground) {
        if (flag.option().equals("-B")
                && !flag.isComputed()
                && !List.of("auto", "ascii").contains(flag.value())) {
            return "excludes memcached's text protocol, which PHP's sessions use";
        }
        return flag.option().equals("-d") && foreground
                ? "makes memcached leave the process that systemd watches"
                : EXCLUDE_PHP.getOrDefault(flag.option(), "");
    }

    private static String forGuard(Flag flag) {
        return new MemcachedFlags(List.of(flag)).usesCrawler()
                ? EXCLUDE_GUARD.getOrDefault(flag.option(), "")
                : "turns off the LRU crawler, by which the guard lists the keys";
    }

    /** Checks the old start script, which starts memcached only if its settings say yes. */
    private static void checkSwitchedOff(StartLine line) throws UnsupportedDropletException {
        Matcher matcher = Pattern.compile("ENABLE_MEMCACHED=[\"']?(\\w*).*").matcher(line.text());
        if (matcher.matches() && !matcher.group(1).equals("yes")) {
            throw new UnsupportedDropletException(line.file() + ":" + line.line() + ": " + line.text()
                    + " keeps memcached from starting; run there: sed -i '" + line.line()
                    + "s/=.*/=yes/' " + line.file());
        }
    }

    /** Checks the command of the unit, if an administrator has replaced the distribution's. */
    private void checkCommand() throws UnsupportedDropletException {
        StartLine last = null;
        for (StartLine line : facts.conditions().starts()) {
            last = line.text().startsWith("ExecStart") ? line : last;
        }
        Matcher program = PROGRAM.matcher(last == null ? "" : last.text());
        if (last == null || last.text().endsWith("\\") || last.text().contains("memcached.conf") || !program.find()) {
            return;
        }
        List<String> words = List.of(last.text()
                .substring(program.end())
                .replaceAll("[\"';]", " ")
                .strip()
                .split("\\s+"));
        MemcachedFlags flags = MemcachedFlags.ofWords(words);
        String fault = fault(flags.flags(), false);
        if (fault == null) {
            fault = faultOfAddress(flags);
        }
        if (fault != null) {
            throw new UnsupportedDropletException(last.file() + ":" + last.line() + ": " + fault
                    + "; run there: sed -i '" + last.line() + "s|=.*|=" + WRAPPER + " " + DesiredStates.CONF + "|' "
                    + last.file() + " && systemctl daemon-reload");
        }
    }

    /** Returns the address of a command that does not read memcached.conf, if it is not the inventory's. */
    private @Nullable String faultOfAddress(MemcachedFlags flags) {
        if (flags.flags().stream().anyMatch(Flag::isComputed)) {
            return null;
        }
        String port = Integer.toString(cluster.memcached().port());
        String used = flags.port().orElse("11211");
        boolean right = flags.addresses().contains(droplet.privateIp().text()) && used.equals(port);
        String addresses = flags.addresses().stream().limit(3).collect(Collectors.joining(", "));
        return right
                ? null
                : "this command makes memcached listen at " + (addresses.isEmpty() ? "all addresses" : addresses)
                        + ", port " + used + ", and does not read " + DesiredStates.CONF;
    }
}
