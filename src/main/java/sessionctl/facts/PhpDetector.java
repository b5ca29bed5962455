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
import sessionctl.state.PhpLayout;

/** Finds the PHP that the web server runs. */
final class PhpDetector {
    private static final Pattern MODULE = Pattern.compile("libapache2-mod-php(\\d{1,4}(?:[.]\\d{1,4})?)");
    private static final Pattern FPM = Pattern.compile("php(\\d{1,4}(?:[.]\\d{1,4})?)-fpm");
    private static final Pattern ENABLED =
            Pattern.compile("/etc/apache2/mods-enabled/php(\\d{1,4}(?:[.]\\d{1,4})?)[.]load");
    private static final Pattern PROXIED =
            Pattern.compile("/etc/apache2/conf-enabled/php(\\d{1,4}(?:[.]\\d{1,4})?)-fpm[.]conf");

    private PhpDetector() {}

    /**
     * Returns the PHP that Apache has enabled: first its own module, then FPM. If it has enabled none, it returns the
     * newest installed FPM, then the newest installed module. Null if there is none.
     */
    static @Nullable PhpLayout detect(Set<String> installed, List<String> links) {
        return Stream.of(
                        newest(ENABLED, links).map(v -> new PhpLayout(v, false)),
                        newest(PROXIED, links).map(v -> new PhpLayout(v, true)),
                        newest(FPM, installed).map(v -> new PhpLayout(v, true)),
                        newest(MODULE, installed).map(v -> new PhpLayout(v, false)))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(null);
    }

    private static Optional<String> newest(Pattern pattern, Collection<String> names) {
        return names.stream()
                .map(pattern::matcher)
                .filter(Matcher::matches)
                .map(name -> name.group(1))
                .max(Comparator.comparing(PhpDetector::number));
    }

    private static double number(String version) {
        String[] parts = version.split("[.]", -1);
        return Integer.parseInt(parts[0]) * 10_000.0 + (parts.length > 1 ? Integer.parseInt(parts[1]) : 0);
    }
}
