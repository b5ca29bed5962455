package sessionctl.load;

/**
 * A lost, stale or ahead counter, or a failed request, with the details to find its cause.
 *
 * @param at when it was seen, in milliseconds since 1970
 * @param kind lost, stale, ahead, or why a request failed
 * @param session the session's id
 * @param droplet the droplet that answered
 * @param expected the expected counter
 * @param got the counter in the answer, 0 if there was none
 * @param lastAt when the session was answered before that, in milliseconds since 1970
 * @param lastDroplet the droplet that gave that answer
 */
record Incident(
        long at, String kind, String session, String droplet, int expected, int got, long lastAt, String lastDroplet) {
    /** Creates an incident of a request, without a kind; got is 0 if the request failed. */
    static Incident of(Visit visit, int got) {
        Session session = visit.session();
        return new Incident(
                System.currentTimeMillis(),
                "",
                session.id(),
                visit.droplet().name(),
                session.last() + 1,
                got,
                session.lastAt(),
                session.lastDroplet());
    }

    /** Returns this incident with a kind. */
    Incident as(String wrong) {
        return new Incident(at, wrong, session, droplet, expected, got, lastAt, lastDroplet);
    }

    String json() {
        return String.format(
                "{\"at\":%d,\"kind\":%s,\"session\":%s,\"droplet\":%s,\"expected\":%d,\"got\":%d,\"last_at\":%d,"
                        + "\"last_droplet\":%s}",
                at, quoted(kind), quoted(session), quoted(droplet), expected, got, lastAt, quoted(lastDroplet));
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c == '"' || c == '\\' ? "\\" + c : String.valueOf(c));
            }
        }
        return quoted.append('"').toString();
    }
}
