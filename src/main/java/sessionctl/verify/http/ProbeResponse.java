package sessionctl.verify.http;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The answer to one request of a simulated user.
 *
 * @param droplet the name of the droplet that answered
 * @param step the number that this request stored in the session
 * @param before the number that the previous request stored; 0 in a new session
 * @param visits the counter in the session
 * @param cookie the session's cookie as NAME=VALUE; empty if there is no session
 * @param id the session id; empty if there is no session
 * @param errors the errors that PHP reported during the request
 * @param millis the duration of the request, in milliseconds
 */
public record ProbeResponse(
        String droplet, int step, int before, int visits, String cookie, String id, List<String> errors, long millis) {
    /** A session id that PHP accepts (php_session_valid_key in ext/session/session.c). */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9,-]{1,256}");

    /** A cookie's name, which is a token (RFC 6265, 4.1.1). */
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");

    /**
     * Returns one line per valid session id. Drops ids that PHP cannot have made: an id comes from a droplet and
     * becomes a key in a request to memcached.
     */
    public static String lines(List<String> ids) {
        StringBuilder lines = new StringBuilder();
        ids.stream().filter(ProbeResponse::isId).forEach(id -> lines.append(id).append('\n'));
        return lines.toString();
    }

    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    static boolean isCookie(String text) {
        int equals = text.indexOf('=');
        return equals > 0 && NAME.matcher(text.substring(0, equals)).matches() && isId(text.substring(equals + 1));
    }

    public ProbeResponse {
        errors = List.copyOf(errors);
    }

    /**
     * Converts the page's JSON into a response.
     *
     * @throws HttpFailure if PHP would never set this cookie; it is sent to other droplets, so it must contain nothing
     *     else
     */
    static ProbeResponse of(String droplet, int step, Map<String, Object> answer, long millis) throws HttpFailure {
        String id = AnswerJson.string(answer, "id");
        String cookie = id.isEmpty() ? "" : AnswerJson.string(answer, "name") + "=" + id;
        if (!cookie.isEmpty() && !isCookie(cookie)) {
            throw new HttpFailure(
                    "its PHP gives the session a cookie that PHP's session module never sets",
                    "check which PHP answers there, and session.name in its php.ini");
        }
        return new ProbeResponse(
                droplet,
                step,
                AnswerJson.number(answer, "before"),
                AnswerJson.number(answer, "visits"),
                cookie,
                id,
                AnswerJson.strings(answer, "errors"),
                millis);
    }
}
