package sessionctl.verify;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the web server's PHP on one droplet really uses.
 *
 * @param php its version
 * @param sapi as PHP names it, apache2handler or fpm-fcgi
 * @param module the version of the memcache module; empty where it is not loaded
 * @param values of session.* and memcache.* for this page, by directive
 * @param general the same for any page: what a folder or site overrides is different there
 */
public record Settings(
        String droplet,
        String php,
        String sapi,
        String module,
        Map<String, String> values,
        Map<String, String> general) {
    /** More than PHP and the module have directives. */
    private static final int MOST = 1000;

    /** Copies the values. */
    public Settings {
        values = new TreeMap<>(values);
        general = new TreeMap<>(general);
    }

    static Settings of(String droplet, Map<String, Object> answer) throws WebFailure {
        Map<String, String> values = new TreeMap<>();
        Map<String, String> general = new TreeMap<>();
        try {
            Json.map(answer.get("values")).forEach((key, pair) -> {
                if (pair instanceof List<?> both && both.size() == 2 && values.size() < MOST) {
                    general.put(key, String.valueOf(both.get(0)));
                    values.put(key, String.valueOf(both.get(1)));
                }
            });
        } catch (Json.Unreadable e) {
            throw new WebFailure(
                    "its PHP does not say what it uses", "install PHP's session extension there, php-common brings it");
        }
        return new Settings(
                droplet,
                Json.string(answer, "php"),
                Json.string(answer, "sapi"),
                Json.string(answer, "module"),
                values,
                general);
    }

    /** Whether the value counts for this folder or site only. */
    boolean overridden(String directive) {
        return !values.getOrDefault(directive, "").equals(general.getOrDefault(directive, ""));
    }

    /** A short name of these values: two droplets that have the same use the same. */
    public String fingerprint(Collection<String> directives) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String directive : directives) {
                String line = directive + "=" + values.getOrDefault(directive, "") + "\n";
                digest.update(line.getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has it", e);
        }
    }
}
