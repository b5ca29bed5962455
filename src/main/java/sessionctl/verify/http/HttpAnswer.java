package sessionctl.verify.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * A web server's answer.
 *
 * @param location the target of a redirect; empty without one
 */
record HttpAnswer(int status, String location, String body) {
    private static final int MAX_LENGTH = 1 << 20;

    /**
     * Reads an HTTP/1.0 answer (RFC 1945), which ends when the server closes the connection. Reads about 1 MiB at most.
     *
     * @throws IOException if the answer is not HTTP
     */
    static HttpAnswer read(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] some = new byte[8192];
        for (int read = in.read(some); read >= 0 && bytes.size() < MAX_LENGTH; read = in.read(some)) {
            bytes.write(some, 0, read);
        }
        String text = bytes.toString(StandardCharsets.UTF_8);
        String[] parts = text.split("\r?\n\r?\n", 2);
        String[] first = parts[0].split("\\s+", 3);
        if (!first[0].startsWith("HTTP/") || first.length < 2 || !first[1].matches("\\d{3}")) {
            throw new IOException("the answer is not HTTP");
        }
        String location = parts[0].lines()
                .filter(line -> line.regionMatches(true, 0, "location:", 0, 9))
                .map(line -> line.substring(9).strip())
                .findFirst()
                .orElse("");
        return new HttpAnswer(Integer.parseInt(first[1]), location, parts.length == 2 ? parts[1] : "");
    }
}
