package sessionctl.state;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the PHPs that serve a droplet's sites: the web servers' handlers name them. */
public final class SitePhps {
    private static final Pattern MODULE =
            Pattern.compile("/etc/apache2/mods-enabled/php(\\d{1,4}(?:[.]\\d{1,4})?)[.]load");

    private SitePhps() {}

    /**
     * Returns the PHPs that the handlers name; empty if there is none, or if no pool of this droplet listens there.
     *
     * @param lines the lines of overrides.sh
     * @param links the links that enable features
     */
    public static Set<PhpLayout> of(List<Assignment> lines, Collection<String> links) {
        Set<PhpLayout> all = new LinkedHashSet<>();
        handlers(lines).forEach(handler -> {
            if (handler.value().equals("module")) {
                links.stream()
                        .map(MODULE::matcher)
                        .filter(Matcher::matches)
                        .forEach(link -> all.add(new PhpLayout(link.group(1), false)));
            } else {
                pools(lines, handler)
                        .flatMap(pool -> Stream.ofNullable(pool.php()))
                        .forEach(all::add);
            }
        });
        return all;
    }

    /** Returns the names of the pools of one PHP to which handlers pass pages; all of them if no handler names one. */
    public static Set<String> pools(List<Assignment> lines, PhpLayout php) {
        Set<String> used = new LinkedHashSet<>();
        handlers(lines)
                .flatMap(handler -> pools(lines, handler))
                .filter(pool -> php.equals(pool.php()))
                .forEach(pool -> used.add(pool.word("pool")));
        if (used.isEmpty()) {
            lines.stream()
                    .filter(line -> line.name().equals("listen") && php.equals(line.php()))
                    .forEach(pool -> used.add(pool.word("pool")));
        }
        return used;
    }

    private static Stream<Assignment> handlers(List<Assignment> lines) {
        return lines.stream().filter(line -> line.name().equals("handler"));
    }

    private static Stream<Assignment> pools(List<Assignment> lines, Assignment handler) {
        return lines.stream()
                .filter(line -> line.name().equals("listen") && address(line).equals(address(handler)));
    }

    /** Returns the path of a socket, or the port of a TCP address on this droplet. */
    private static String address(Assignment line) {
        String text = line.value();
        return text.startsWith("/")
                ? text.replaceFirst("^/var/run/", "/run/")
                : Optional.of(text.substring(text.lastIndexOf(':') + 1))
                        .filter(port -> text.matches("(?:(?:127[.].*|0[.]0[.]0[.]0|localhost|\\[::1?\\]|\\*):)?\\d+"))
                        .orElse(line.place());
    }
}
