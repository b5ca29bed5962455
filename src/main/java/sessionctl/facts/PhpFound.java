package sessionctl.facts;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sessionctl.state.PhpLayout;

/** Which PHP the web server runs. */
final class PhpFound {
    private static final Pattern MODULE = Pattern.compile("libapache2-mod-php(\\d{1,4}(?:[.]\\d{1,4})?)");
    private static final Pattern FPM = Pattern.compile("php(\\d{1,4}(?:[.]\\d{1,4})?)-fpm");
    private static final Pattern ENABLED =
            Pattern.compile("/etc/apache2/mods-enabled/php(\\d{1,4}(?:[.]\\d{1,4})?)[.]load");
    private static final Pattern PASSED_ON =
            Pattern.compile("/etc/apache2/conf-enabled/php(\\d{1,4}(?:[.]\\d{1,4})?)-fpm[.]conf");

    private PhpFound() {}

    /** What Apache has switched on decides; where that says nothing, what is installed, the newest first. */
    static @Nullable PhpLayout in(Set<String> installed, List<String> links) {
        return Stream.of(
                        newest(ENABLED, links).map(v -> new PhpLayout(v, false)),
                        newest(PASSED_ON, links).map(v -> new PhpLayout(v, true)),
                        newest(FPM, installed).map(v -> new PhpLayout(v, true)),
                        newest(MODULE, installed).map(v -> new PhpLayout(v, false)))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(null);
    }

    private static Optional<String> newest(Pattern pattern, Iterable<String> names) {
        Stream.Builder<String> versions = Stream.builder();
        for (String name : names) {
            Matcher matcher = pattern.matcher(name);
            if (matcher.matches()) {
                versions.add(matcher.group(1));
            }
        }
        return versions.build().max(Comparator.comparing(PhpFound::number));
    }

    private static double number(String version) {
        String[] parts = version.split("[.]", -1);
        return Integer.parseInt(parts[0]) * 10_000.0 + (parts.length > 1 ? Integer.parseInt(parts[1]) : 0);
    }
}
