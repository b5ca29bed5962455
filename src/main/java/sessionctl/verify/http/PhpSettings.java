package sessionctl.verify.http;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import sessionctl.command.Sha256;
import sessionctl.state.PhpLayout;

/**
 * The settings that the web server's PHP uses on one droplet.
 *
 * @param php the version of PHP
 * @param sapi the name that PHP reports, {@code apache2handler} or {@code fpm-fcgi}
 * @param ini the php.ini that it has read; empty if it does not tell
 * @param module the version of the memcache module; empty if it is not loaded
 * @param values the directives of session.* and memcache.* for this page
 * @param general the same directives for any page, without the overrides of a folder or site
 */
public record PhpSettings(
        String droplet,
        String php,
        String sapi,
        String ini,
        String module,
        Map<String, String> values,
        Map<String, String> general) {
    /** A limit for hostile answers: more directives than PHP and the module have. */
    private static final int MAX_DIRECTIVES = 1000;

    public PhpSettings {
        values = new TreeMap<>(values);
        general = new TreeMap<>(general);
    }

    static PhpSettings of(String droplet, Map<String, Object> answer) throws HttpFailure {
        Map<String, String> values = new TreeMap<>();
        Map<String, String> general = new TreeMap<>();
        Map<String, Object> pairs = AnswerJson.map(answer.get("values"))
                .orElseThrow(() -> new HttpFailure(
                        "its PHP does not report its session settings",
                        "install PHP's session extension there (package php-common)"));
        pairs.forEach((key, pair) -> {
            if (pair instanceof List<?> both && both.size() == 2 && values.size() < MAX_DIRECTIVES) {
                general.put(key, String.valueOf(both.get(0)));
                values.put(key, String.valueOf(both.get(1)));
            }
        });
        return new PhpSettings(
                droplet,
                AnswerJson.string(answer, "php"),
                AnswerJson.string(answer, "sapi"),
                AnswerJson.string(answer, "loaded"),
                AnswerJson.string(answer, "module"),
                values,
                general);
    }

    /** Returns true if this is the PHP with these files. */
    public boolean isOf(PhpLayout layout) {
        boolean same = (php + ".").startsWith(layout.version() + ".") || ini.equals(layout.phpIni());
        return same && sapi.startsWith("fpm") == layout.fpm();
    }

    /** Returns true if a folder or site overrides the directive. */
    public boolean overridden(String directive) {
        return !values.getOrDefault(directive, "").equals(general.getOrDefault(directive, ""));
    }

    /** Returns a short hash of these directives: equal for two droplets that use the same values. */
    public String fingerprint(Collection<String> directives) {
        String lines = directives.stream()
                .map(directive -> directive + "=" + values.getOrDefault(directive, "") + "\n")
                .collect(Collectors.joining());
        return Sha256.of(lines.getBytes(StandardCharsets.UTF_8)).substring(0, 12);
    }
}
