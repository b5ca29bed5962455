package sessionctl.verify;

import java.util.List;
import java.util.Map;

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
    /** Copies the errors. */
    public Visit {
        errors = List.copyOf(errors);
    }

    static Visit of(String droplet, int step, Map<String, Object> answer, long millis) {
        String id = Json.string(answer, "id");
        return new Visit(
                droplet,
                step,
                Json.number(answer, "before"),
                Json.number(answer, "visits"),
                Json.string(answer, "name") + "=" + id,
                id,
                Json.strings(answer, "errors"),
                millis);
    }
}
