package sessionctl.verify.http;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sessionctl.command.Command;
import sessionctl.command.Scripts;
import sessionctl.command.Sha256;
import sessionctl.inventory.Droplet;

/**
 * The probe page of one run on one droplet. A request without the secret gets status 404. The droplet gets only a hash
 * of the secret. The file name and the hash are sent on standard input, because every local user can read a command
 * line.
 *
 * @param id the identifier of the run on the droplet, in its state and its timer; it reveals nothing about the page
 * @param name the page's file name, which cannot be guessed
 * @param secret the value of a request header
 */
public record ProbePage(String id, String name, String secret) {
    private static final String PROGRAM = Scripts.text("verify/page.pl");

    /** A page with a random name and a random secret. */
    public static ProbePage random() {
        SecureRandom random = new SecureRandom();
        return new ProbePage(hex(random, 8), "sessionctl-" + hex(random, 10) + ".php", hex(random, 20));
    }

    /** Creates one page per droplet, so that a hostile droplet does not learn the secrets of the others. */
    public static Map<Droplet, ProbePage> forEach(List<Droplet> droplets) {
        Map<Droplet, ProbePage> pages = new LinkedHashMap<>();
        droplets.forEach(droplet -> pages.put(droplet, random()));
        return pages;
    }

    private static String hex(SecureRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** The PHP source of the page. */
    public String text() {
        String hash = Sha256.of(secret.getBytes(StandardCharsets.US_ASCII));
        return Scripts.text("verify/probe.php").replace("@SECRET@", hash);
    }

    /**
     * The command that installs the page.
     *
     * @param seconds the time after which the droplet removes the page by itself
     */
    public Command deployCommand(Site site, int seconds) {
        String text = text();
        return command("up")
                .withArguments(List.of(
                        Integer.toString(seconds),
                        site.root(),
                        site.folder(),
                        site.host() == null ? "" : site.host(),
                        Integer.toString(site.port()),
                        Integer.toString(text.length()),
                        Integer.toString(PROGRAM.length())))
                .withInput(name + "\n" + text + PROGRAM);
    }

    /** The command that removes the page, and its sessions from the droplet's memcached. */
    public Command removeCommand(String address, int port, List<String> sessions) {
        return command("down")
                .withArguments(List.of(address, Integer.toString(port)))
                .withInput(ProbeResponse.lines(sessions));
    }

    private Command command(String name) {
        return Command.of("perl", "-e", PROGRAM, name, id);
    }
}
