package sessionctl.verify;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sessionctl.command.Command;
import sessionctl.command.Scripts;
import sessionctl.inventory.Droplet;

/**
 * The probe page of one run on one droplet. A request that lacks the secret is answered 404; the droplet itself is given
 * the secret's hash only. The name and the hash reach a droplet by its standard input: every local user can read a command
 * line.
 *
 * @param id names the run on the droplet, in its list and its timer; it tells nothing of the page
 * @param name of its file, which cannot be guessed
 * @param secret a header's value
 */
public record Page(String id, String name, String secret) {
    private static final String PROGRAM = Scripts.text("verify/page.pl");

    /** A page with a name and a secret of its own. */
    public static Page random() {
        SecureRandom random = new SecureRandom();
        return new Page(hex(random, 8), "sessionctl-" + hex(random, 10) + ".php", hex(random, 20));
    }

    /** A page for each droplet: a hostile one must not learn how to ask the others'. */
    public static Map<Droplet, Page> forEach(List<Droplet> droplets) {
        Map<Droplet, Page> pages = new LinkedHashMap<>();
        droplets.forEach(droplet -> pages.put(droplet, random()));
        return pages;
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
        String text = text();
        return step(
                        "up",
                        Integer.toString(seconds),
                        site.root(),
                        site.folder(),
                        site.host() == null ? "" : site.host(),
                        Integer.toString(site.port()),
                        Integer.toString(text.length()),
                        Integer.toString(PROGRAM.length()))
                .withInput(name + "\n" + text + PROGRAM);
    }

    /** Takes it away, and what it stored in the droplet's memcached. */
    public Command down(String address, int port, List<String> sessions) {
        return step("down", address, Integer.toString(port)).withInput(Copies.lines(sessions));
    }

    /**
     * Asks the droplet which of its files set these directives, those of the page's own folder included.
     *
     * @param ini the web server's php.ini; empty where that is not known
     */
    public Command origins(String ini, List<String> directives) {
        List<String> arguments = new ArrayList<>(List.of(ini));
        arguments.addAll(directives);
        return step("origins", arguments.toArray(String[]::new));
    }

    private Command step(String name, String... arguments) {
        List<String> words = new ArrayList<>(List.of("perl", "-e", PROGRAM, name, id));
        words.addAll(List.of(arguments));
        return Command.of(words.toArray(String[]::new));
    }
}
