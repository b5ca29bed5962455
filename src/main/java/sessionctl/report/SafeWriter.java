package sessionctl.report;

import java.io.IOException;
import java.io.Writer;

/**
 * Standard output or standard error: the last place that everything passes which this program prints. Control
 * characters and whatever a build server would obey are escaped, except for those that are marked as {@link OwnControl}.
 */
public final class SafeWriter extends Writer {
    /** As long as the longest beginning of a build server's instruction. */
    private static final int TAIL = 16;

    private final Writer to;
    private final BuildLog log;

    /** The current line without the blanks before it; of a long one, the end. */
    private final StringBuilder line = new StringBuilder();

    /** A writer that a terminal, a file or this build server reads. */
    public SafeWriter(Writer to, BuildLog log) {
        super(to);
        this.to = to;
        this.log = log;
    }

    @Override
    public void write(char[] chars, int offset, int length) throws IOException {
        String text = new String(chars, offset, length);
        StringBuilder safe = new StringBuilder(length + 16);
        int at = 0;
        while (text.indexOf(OwnControl.FIRST, at) >= 0) {
            int begin = text.indexOf(OwnControl.BEGIN, at);
            int end = begin < 0 ? -1 : text.indexOf(OwnControl.END, begin);
            if (end < 0) {
                break;
            }
            foreign(text.substring(at, begin), safe);
            own(text.substring(begin + OwnControl.BEGIN.length(), end), safe);
            at = end + OwnControl.END.length();
        }
        foreign(text.substring(at), safe);
        synchronized (lock) {
            to.write(safe.toString());
        }
    }

    private void own(String sequence, StringBuilder safe) {
        safe.append(sequence);
        if (!sequence.startsWith("\u001b")) {
            line.append(sequence, 0, Math.min(TAIL, sequence.length()));
        }
    }

    private void foreign(String text, StringBuilder safe) {
        text.codePoints().forEach(c -> {
            if (c == '\n') {
                safe.append('\n');
                line.setLength(0);
            } else if (Legible.unseen(c) || (c <= '~' && log.obeys(line, (char) c))) {
                Legible.escape(c, safe);
                remember('\\');
            } else {
                safe.appendCodePoint(c);
                remember(c);
            }
        });
    }

    /** Servers skip blanks before an instruction, and what is one differs: here, all that is not printable ASCII. */
    private void remember(int c) {
        if (line.length() == 0 && (c <= ' ' || c > '~')) {
            return;
        }
        line.append(c > '~' ? '?' : (char) c);
        if (line.length() > TAIL) {
            line.delete(0, line.length() - TAIL);
        }
    }

    @Override
    public void flush() throws IOException {
        to.flush();
    }

    @Override
    public void close() throws IOException {
        to.close();
    }
}
