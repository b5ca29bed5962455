package sessionctl.facts;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sessionctl.state.Assignment;
import sessionctl.state.PhpLayout;
import sessionctl.state.PhpSelection;
import sessionctl.state.SitePhps;

/**
 * Finds the PHP that serves a droplet's sites.
 *
 * @param installed the names of installed packages
 * @param links the links that enable features
 * @param lines the lines of overrides.sh
 */
record PhpDetector(Set<String> installed, List<String> links, List<Assignment> lines) {
    private static final Pattern MODULE = Pattern.compile("libapache2-mod-php(\\d{1,4}(?:[.]\\d{1,4})?)");
    private static final Pattern FPM = Pattern.compile("php(\\d{1,4}(?:[.]\\d{1,4})?)-fpm");
    private static final Pattern ENABLED =
            Pattern.compile("/etc/apache2/mods-enabled/php(\\d{1,4}(?:[.]\\d{1,4})?)[.]load");
    private static final Pattern PROXIED =
            Pattern.compile("/etc/apache2/conf-enabled/php(\\d{1,4}(?:[.]\\d{1,4})?)-fpm[.]conf");

    /**
     * Returns the PHP that the handlers of the sites name. If they name none, or several between which the inventory
     * does not decide, it returns the one that Apache has enabled: first its own module, then FPM. If Apache has enabled
     * none, it returns the newest installed FPM, then the newest installed module. Null if there is none.
     */
    @Nullable
    PhpLayout detect(PhpSelection wanted) {
        List<PhpLayout> all = Stream.of(
                        versions(ENABLED, links).map(v -> new PhpLayout(v, false)),
                        versions(PROXIED, links).map(v -> new PhpLayout(v, true)),
                        versions(FPM, installed).map(v -> new PhpLayout(v, true)),
                        versions(MODULE, installed).map(v -> new PhpLayout(v, false)))
                .flatMap(found -> found)
                .filter(wanted::hasVersionOf)
                .toList();
        Set<PhpLayout> serving = SitePhps.of(lines, links);
        Optional<PhpLayout> served =
                all.stream().filter(serving::contains).min(Comparator.comparing(php -> !wanted.accepts(php)));
        return served.or(() -> all.stream().findFirst()).orElse(null);
    }

    private static Stream<String> versions(Pattern pattern, Collection<String> names) {
        return names.stream()
                .map(pattern::matcher)
                .filter(Matcher::matches)
                .map(name -> name.group(1))
                .sorted(Comparator.comparing(PhpDetector::number).reversed());
    }

    private static double number(String version) {
        String[] parts = version.split("[.]", -1);
        return Integer.parseInt(parts[0]) * 10_000.0 + (parts.length > 1 ? Integer.parseInt(parts[1]) : 0);
    }
}
