package sessionctl.ssh.transport;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One output stream of a session. A login can print before the command does: a greeting in .bashrc, a notice of PAM
 * through sudo. So each session prints marks, and the command's output begins after the last of them.
 */
final class SessionOutput {
    private static final String LOGIN = "-login-begins";
    private static final String STDOUT = "-stdout-begins";
    private static final String STDERR = "-stderr-begins";
    private static final String NAME = "sessionctl";

    /** Prints the mark of the login and runs the rest, which is sudo. */
    static final List<String> BEFORE_SUDO = printing("echo \"$0\"" + LOGIN);

    /** Prints the marks of both streams and runs the rest. With stderr sent to stdout, that of stdout is the last. */
    static final List<String> BEFORE_COMMAND = printing("echo \"$0\"" + STDERR + " >&2; echo \"$0\"" + STDOUT);

    /** The maximum number of bytes that a login may print. */
    private static final int MAX_BEFORE = 64 << 20;

    private static final int KEPT = 4096;

    private final List<String> marks;
    private final StringBuilder head = new StringBuilder();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private String tail = "";
    private int passed;
    private int before;

    private SessionOutput(List<String> marks) {
        this.marks = marks;
    }

    /** Returns an empty standard output. */
    static SessionOutput stdout(boolean sudo) {
        return new SessionOutput(
                sudo ? List.of(NAME + LOGIN + "\n", NAME + STDOUT + "\n") : List.of(NAME + STDOUT + "\n"));
    }

    /** Returns an empty standard error. */
    static SessionOutput stderr() {
        return new SessionOutput(List.of(NAME + STDERR + "\n"));
    }

    /** The words contain no complete mark, because a login may print the command that it is going to run. */
    private static List<String> printing(String marks) {
        return List.of("sh", "-c", marks + "; exec \"$@\"", NAME);
    }

    /**
     * Adds bytes from the droplet.
     *
     * @return the number of bytes that belong to the command's own output; -1 if too many precede it
     */
    synchronized int add(byte[] chunk, int length) {
        if (isComplete()) {
            bytes.write(chunk, 0, length);
            return length;
        }
        before += length;
        String pending = tail + new String(chunk, 0, length, StandardCharsets.ISO_8859_1);
        while (!isComplete()) {
            String mark = marks.get(passed);
            int at = pending.indexOf(mark);
            if (at < 0) {
                int from = Math.max(0, pending.length() - KEPT);
                head.append(pending, 0, Math.min(from, KEPT - Math.min(KEPT, head.length())));
                tail = pending.substring(from);
                return before > MAX_BEFORE ? -1 : 0;
            }
            passed++;
            head.setLength(0);
            pending = pending.substring(at + mark.length());
        }
        byte[] rest = pending.getBytes(StandardCharsets.ISO_8859_1);
        bytes.writeBytes(rest);
        return rest.length;
    }

    /** Returns true if the command started. */
    synchronized boolean isComplete() {
        return passed == marks.size();
    }

    /** Returns true if the login ran what it was asked to, which may be sudo. */
    synchronized boolean hasBegun() {
        return passed > 0;
    }

    /** Returns the command's output; null if the command did not start. */
    synchronized @Nullable String text() {
        return isComplete() ? bytes.toString(StandardCharsets.ISO_8859_1) : null;
    }

    /** Returns the beginning and the end of what follows the last mark. */
    synchronized String textOrNoise() {
        String text = text();
        return text == null ? head + tail : text;
    }
}
