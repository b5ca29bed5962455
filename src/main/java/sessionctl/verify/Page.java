package sessionctl.verify;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import sessionctl.command.Command;
import sessionctl.command.Scripts;

/**
 * The probe page of one run. Who does not bring the secret along is told that there is no such page; the droplets
 * themselves are given the secret's hash only.
 *
 * @param name of its file, which nobody guesses
 * @param secret a header's value
 */
public record Page(String name, String secret) {
    /** A page with a name and a secret of its own. */
    public static Page random() {
        SecureRandom random = new SecureRandom();
        return new Page("sessionctl-" + hex(random, 10) + ".php", hex(random, 20));
    }

    private static String hex(SecureRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** The page's text. */
    String text() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.US_ASCII));
            return Scripts.text("verify/probe.php")
                    .replace("@SECRET@", HexFormat.of().formatHex(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has it", e);
        }
    }

    /**
     * Puts it up.
     *
     * @param seconds after which the droplet takes it away by itself
     */
    public Command up(Site site, int seconds) {
        return Command.script(
                        Scripts.text("verify/page-up.sh"), name, site.folder(), site.root(), Integer.toString(seconds))
                .withInput(text());
    }

    /** Takes it away, and what it stored in the droplet's memcached. */
    public Command down(String address, int port, List<String> sessions) {
        return Command.script(Scripts.text("verify/page-down.sh"), name, address, Integer.toString(port))
                .withInput(Copies.lines(sessions));
    }
}
