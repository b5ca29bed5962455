package sessionctl.verify;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One request of a visitor, answered.
 *
 * @param droplet who answered
 * @param step the number that the visitor left in the session
 * @param before the number that lay in it from the request before; 0 in a session that has just begun
 * @param visits what the counter says
 * @param cookie as NAME=VALUE
 * @param id the session's
 * @param errors what PHP said meanwhile
 */
public record Visit(
        String droplet, int step, int before, int visits, String cookie, String id, List<String> errors, long millis) {
    /** What PHP's session module takes for an id (php_session_valid_key in ext/session/session.c). */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9,-]{1,256}");

    /** A token (RFC 6265, 4.1.1). */
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");

    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    static boolean isCookie(String text) {
        int equals = text.indexOf('=');
        return equals > 0 && NAME.matcher(text.substring(0, equals)).matches() && isId(text.substring(equals + 1));
    }

    /** Copies the errors. */
    public Visit {
        errors = List.copyOf(errors);
    }

    /**
     * Reads an answer.
     *
     * @throws WebFailure when its cookie is none that PHP sets: it goes to other droplets, and must be nothing else there
     */
    static Visit of(String droplet, int step, Map<String, Object> answer, long millis) throws WebFailure {
        String id = Json.string(answer, "id");
        String cookie = id.isEmpty() ? "" : Json.string(answer, "name") + "=" + id;
        if (!cookie.isEmpty() && !isCookie(cookie)) {
            throw new WebFailure(
                    "its PHP gives the session a cookie that PHP's session module never sets",
                    "see what answers for PHP there, and session.name in its php.ini");
        }
        return new Visit(
                droplet,
                step,
                Json.number(answer, "before"),
                Json.number(answer, "visits"),
                cookie,
                id,
                Json.strings(answer, "errors"),
                millis);
    }
}
