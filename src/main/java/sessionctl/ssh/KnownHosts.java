package sessionctl.ssh;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Glob;

/**
 * A known_hosts file, read as sshd(8) describes it. sshj's own reader trusts a revoked key that another line lists, and
 * takes {@code !pattern} for a match of everything else, so it is not used.
 */
record KnownHosts(List<Line> lines) {
    private static final Pattern LINE =
            Pattern.compile("\\s*(?:(@\\S+)\\s+)?([^\\s@#]\\S*)\\s+([a-z]\\S*)\\s+([A-Za-z0-9+/]+=*)(?:\\s.*)?");
    private static final String HASHED = "|1|";

    /** What a line says about its key. */
    enum Marker {
        /** It is this host's. */
        NONE,
        /** It signs the keys of hosts. */
        CERT_AUTHORITY,
        /** It must never be trusted again. */
        REVOKED
    }

    /** One line that names hosts and a key. */
    record Line(int number, Marker marker, String hosts, HostKey key) {
        boolean names(String host) {
            return hosts.startsWith(HASHED) ? hashNames(host) : patternsName(host);
        }

        boolean is(Marker wanted) {
            return marker == wanted;
        }

        private boolean hashNames(String host) {
            int end = hosts.indexOf('|', HASHED.length());
            if (end < 0) {
                return false;
            }
            return hosts.equals(hash(hosts.substring(HASHED.length(), end), host));
        }

        private boolean patternsName(String host) {
            boolean named = false;
            for (String pattern : hosts.split(",", -1)) {
                boolean denied = pattern.startsWith("!");
                if (Glob.matchesAnyCase(denied ? pattern.substring(1) : pattern, host)) {
                    if (denied) {
                        return false;
                    }
                    named = true;
                }
            }
            return named;
        }
    }

    /** The lines of a file; what is not a line of known_hosts is skipped, as ssh does. */
    static KnownHosts parse(String text) {
        List<Line> lines = new ArrayList<>();
        int number = 0;
        for (String raw : text.lines().toList()) {
            number++;
            Matcher line = LINE.matcher(raw);
            if (line.matches() && markerKnown(line.group(1)) && decodable(line.group(4))) {
                HostKey key = new HostKey(line.group(3), line.group(4));
                lines.add(new Line(number, marker(line.group(1)), line.group(2), key));
            }
        }
        return new KnownHosts(List.copyOf(lines));
    }

    /** The lines that name any of these. */
    List<Line> about(List<String> names) {
        return lines.stream()
                .filter(line -> names.stream().anyMatch(line::names))
                .toList();
    }

    /** A line for a new host, its name hashed if that is wanted or the file's names are. */
    String newLine(String name, HostKey key, boolean hashes) {
        boolean hashing = hashes || lines.stream().anyMatch(line -> line.hosts().startsWith(HASHED));
        return (hashing ? hash(salt(), name) : name) + " " + key.type() + " " + key.base64() + "\n";
    }

    private static boolean decodable(String base64) {
        try {
            return Base64.getDecoder().decode(base64).length > 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean markerKnown(@Nullable String word) {
        return word == null || word.equals("@revoked") || word.equals("@cert-authority");
    }

    private static Marker marker(@Nullable String word) {
        if (word == null) {
            return Marker.NONE;
        }
        return word.equals("@revoked") ? Marker.REVOKED : Marker.CERT_AUTHORITY;
    }

    private static String salt() {
        byte[] salt = new byte[20];
        new SecureRandom().nextBytes(salt);
        return Base64.getEncoder().encodeToString(salt);
    }

    private static String hash(String salt, String host) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(salt), "HmacSHA1"));
            byte[] digest = mac.doFinal(host.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
            return HASHED + salt + "|" + Base64.getEncoder().encodeToString(digest);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return "";
        }
    }
}
