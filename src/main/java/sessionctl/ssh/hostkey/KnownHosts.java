package sessionctl.ssh.hostkey;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import sessionctl.inventory.Glob;

/**
 * The lines of known_hosts files, parsed as sshd(8) describes it. sshj's own reader is not used: it trusts a revoked
 * key that another line lists, and takes {@code !pattern} for a match of everything else.
 */
public record KnownHosts(List<Line> lines) {
    private static final Pattern LINE =
            Pattern.compile("\\s*(?:(@\\S+)\\s+)?([^\\s@#]\\S*)\\s+([a-z]\\S*)\\s+([A-Za-z0-9+/]+=*)(?:\\s.*)?");
    private static final String HASHED = "|1|";

    private static final Map<String, Marker> MARKERS =
            Map.of("", Marker.NONE, "@cert-authority", Marker.CERT_AUTHORITY, "@revoked", Marker.REVOKED);

    public KnownHosts {
        lines = List.copyOf(lines);
    }

    /** The marker of a line. */
    enum Marker {
        /** The key belongs to the host. */
        NONE,
        /** The key signs host certificates. */
        CERT_AUTHORITY,
        /** The key must never be trusted. */
        REVOKED
    }

    /**
     * A line with hosts and a key.
     *
     * @param number the line's number, from 1
     * @param hosts patterns separated by commas, or one hashed name
     */
    record Line(Path file, int number, Marker marker, String hosts, HostKey key) {
        boolean names(String host) {
            return hosts.startsWith(HASHED)
                    ? hashNames(host)
                    : Glob.matchesList(List.of(hosts.split(",", -1)), List.of(host));
        }

        boolean is(Marker wanted) {
            return marker == wanted;
        }

        String place() {
            return file + ":" + number;
        }

        private boolean hashNames(String host) {
            int end = hosts.indexOf('|', HASHED.length());
            if (end < 0) {
                return false;
            }
            return hosts.equals(hash(hosts.substring(HASHED.length(), end), host));
        }
    }

    /** Parses the text of a file. Lines that are not valid are skipped, as in ssh. */
    public static KnownHosts parse(Path file, String text) {
        List<Line> lines = new ArrayList<>();
        int number = 0;
        for (String raw : text.lines().toList()) {
            number++;
            Matcher line = LINE.matcher(raw);
            if (line.matches()) {
                Marker marker = MARKERS.get(Objects.requireNonNullElse(line.group(1), ""));
                if (marker != null && decodable(line.group(4))) {
                    HostKey key = new HostKey(line.group(3), line.group(4));
                    lines.add(new Line(file, number, marker, line.group(2), key));
                }
            }
        }
        return new KnownHosts(lines);
    }

    /** Returns the lines that match any of these names. */
    public List<Line> linesOf(List<String> names) {
        return lines.stream()
                .filter(line -> names.stream().anyMatch(line::names))
                .toList();
    }

    /**
     * Returns a line for a new host, with its end. The name is hashed if that is wanted or if the file contains hashed
     * names.
     */
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
