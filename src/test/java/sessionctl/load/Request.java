package sessionctl.load;

/**
 * A request of a recorded history, which is one line of its file.
 *
 * @param start when it was sent, in milliseconds since 1970
 * @param end when it was answered or failed
 * @param session the session's id, or "-" if no answer has named it
 * @param droplet the address of the web server
 * @param act what the request did
 * @param sent the value that it wrote, 0 for none
 * @param seen the value that the session had before, 0 for an empty session
 * @param failure why there was no answer, empty if there was one
 */
public record Request(
        long start, long end, String session, String droplet, Act act, int sent, int seen, String failure) {
    /** The acts of a visitor. A new session is opened with the value 1, and each write adds 1. */
    public enum Act {
        OPEN,
        READ,
        WRITE,
        LOGOUT;

        boolean writes() {
            return this == OPEN || this == WRITE;
        }
    }

    boolean answered() {
        return failure.isEmpty();
    }

    long took() {
        return end - start;
    }

    /** Returns the line of the history, without its end. */
    public String line() {
        return String.join(
                "\t",
                Long.toString(start),
                Long.toString(end),
                session,
                droplet,
                act.name(),
                Integer.toString(sent),
                Integer.toString(seen),
                failure.replaceAll("\\s", " "));
    }

    /** Parses a line of the history. */
    public static Request parse(String line) {
        String[] cells = line.split("\t", -1);
        return new Request(
                Long.parseLong(cells[0]),
                Long.parseLong(cells[1]),
                cells[2],
                cells[3],
                Act.valueOf(cells[4]),
                Integer.parseInt(cells[5]),
                Integer.parseInt(cells[6]),
                cells[7]);
    }
}
