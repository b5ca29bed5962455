package sessionctl.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An HTTP answer that is received piece by piece. */
final class Reply {
    private static final String END = "\r\n\r\n";
    private static final Pattern COOKIE = Pattern.compile("(?im)^set-cookie:\\s*PHPSESSID=([^;\\s]+)");
    private static final Pattern LENGTH = Pattern.compile("(?im)^content-length:\\s*(\\d+)");
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})");
    private static final Pattern SIZE = Pattern.compile("[0-9a-fA-F]{1,7}");
    private static final Pattern NUMBER = Pattern.compile("\\s*(\\d{1,9})\\s*");

    private final StringBuilder text = new StringBuilder();

    void add(ByteBuffer bytes) {
        text.append(StandardCharsets.ISO_8859_1.decode(bytes));
    }

    boolean isEmpty() {
        return text.isEmpty();
    }

    /**
     * Returns true if the answer is complete. Without a length, it is complete when the droplet has closed the
     * connection.
     */
    boolean isComplete(boolean closed) {
        int head = text.indexOf(END);
        if (head < 0) {
            return false;
        }
        if (isChunked()) {
            return unchunked(text.substring(head + END.length())) != null;
        }
        int length = length();
        return length < 0 ? closed : text.length() >= head + END.length() + length;
    }

    /** Returns true if the connection may be used again. */
    boolean isReusable() {
        return (isChunked() || length() >= 0)
                && text.indexOf("HTTP/1.1") == 0
                && !head().toLowerCase(Locale.ROOT).contains("connection: close");
    }

    private String head() {
        int end = text.indexOf(END);
        return end < 0 ? text.toString() : text.substring(0, end);
    }

    private boolean isChunked() {
        return head().toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked");
    }

    private int length() {
        Matcher length = LENGTH.matcher(head());
        return length.find() ? Integer.parseInt(length.group(1)) : -1;
    }

    /** Returns the HTTP status, 0 if this is not HTTP. */
    int status() {
        Matcher status = STATUS.matcher(text);
        return status.lookingAt() ? Integer.parseInt(status.group(1)) : 0;
    }

    /** Returns the session id that the droplet set, or an empty string. */
    String cookie() {
        Matcher cookie = COOKIE.matcher(head());
        return cookie.find() ? cookie.group(1) : "";
    }

    /** Returns the counter that the page shows, -1 if it shows none. */
    int counter() {
        Matcher number = NUMBER.matcher(body());
        return number.matches() ? Integer.parseInt(number.group(1)) : -1;
    }

    /** Returns the body without chunk headers, empty if the head or a chunk is missing. */
    String body() {
        int head = text.indexOf(END);
        String body = head < 0 ? "" : text.substring(head + END.length());
        return isChunked() ? Objects.requireNonNullElse(unchunked(body), "") : body;
    }

    /** Returns the content of all chunks, null if the last chunk is missing. */
    private static String unchunked(String body) {
        StringBuilder content = new StringBuilder();
        int at = 0;
        for (int line = body.indexOf("\r\n"); line >= 0; line = body.indexOf("\r\n", at)) {
            String size = body.substring(at, line).strip();
            if (!SIZE.matcher(size).matches()) {
                return "no chunk has the size '" + size + "'";
            }
            int from = line + 2;
            int to = from + Integer.parseInt(size, 16);
            if (to + 2 > body.length()) {
                return null;
            }
            if (to == from) {
                return content.toString();
            }
            content.append(body, from, to);
            at = to + 2;
        }
        return null;
    }
}
