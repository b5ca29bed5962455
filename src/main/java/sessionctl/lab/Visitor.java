package sessionctl.lab;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A visitor of the tutorial's page, who comes to one droplet after another with the cookie that the first one set. */
public final class Visitor {
    private static final String PAGE = """
            <?php
            header('Content-Type: text/plain');
            session_start();
            $_SESSION['visit'] = ($_SESSION['visit'] ?? 0) + 1;
            echo $_SESSION['visit'], "\\n";
            """;

    private static final Pattern COOKIE = Pattern.compile("(?im)^Set-Cookie: (PHPSESSID=[^;\\s]+)");

    private final LabScript lab;

    /** A visitor of this lab. */
    public Visitor(LabScript lab) {
        this.lab = lab;
    }

    /**
     * Puts the page up, visits every droplet, takes the page down.
     *
     * @param addresses public address by name
     * @return a line a droplet, in the order of the names: its name, a colon, what its counter says
     */
    public List<String> visit(Map<String, String> addresses) throws IOException, InterruptedException {
        Map<String, String> sorted = new TreeMap<>(addresses);
        String page = "visit-" + Long.toHexString(System.nanoTime()) + ".php";
        String file = "/var/www/html/" + page;
        try {
            for (String name : sorted.keySet()) {
                lab.run(List.of("ssh", name, "cat > " + file), PAGE, Map.of());
            }
            return answers(sorted, page);
        } finally {
            for (String name : sorted.keySet()) {
                lab.run(List.of("ssh", name, "rm -f " + file), "\n", Map.of());
            }
        }
    }

    private List<String> answers(Map<String, String> addresses, String page) throws IOException, InterruptedException {
        List<String> answers = new ArrayList<>();
        String cookie = "";
        for (Map.Entry<String, String> host : addresses.entrySet()) {
            String url = "http://" + host.getValue() + "/" + page;
            String answer = lab.output(List.of(
                    "exec", "--", "curl", "-sS", "-i", "--noproxy", "*", "-m", "10", "-H", "Cookie: " + cookie, url));
            Matcher matcher = COOKIE.matcher(answer);
            if (cookie.isEmpty() && matcher.find()) {
                cookie = matcher.group(1);
            }
            answers.add(host.getKey() + ": " + answer.strip().replaceAll("(?s).*\\n", ""));
        }
        return answers;
    }
}
