package sessionctl.verify;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * What a web server answered.
 *
 * @param location where a redirect leads; empty without one
 */
record WebAnswer(int status, String location, String body) {
    private static final int LONGEST = 1 << 20;

    /** Reads an answer to HTTP/1.0 (RFC 1945), which ends with the connection. */
    static WebAnswer read(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] some = new byte[8192];
        for (int read = in.read(some); read >= 0 && bytes.size() < LONGEST; read = in.read(some)) {
            bytes.write(some, 0, read);
        }
        String text = bytes.toString(StandardCharsets.UTF_8);
        String[] parts = text.split("\r?\n\r?\n", 2);
        String[] first = parts[0].split("\\s+", 3);
        if (!first[0].startsWith("HTTP/") || first.length < 2 || !first[1].matches("\\d{3}")) {
            throw new IOException("it does not speak HTTP there");
        }
        String location = parts[0].lines()
                .filter(line -> line.regionMatches(true, 0, "location:", 0, 9))
                .map(line -> line.substring(9).strip())
                .findFirst()
                .orElse("");
        return new WebAnswer(Integer.parseInt(first[1]), location, parts.length == 2 ? parts[1] : "");
    }
}
