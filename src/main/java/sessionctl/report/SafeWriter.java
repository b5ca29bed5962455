package sessionctl.report;

import java.io.IOException;
import java.io.Writer;
import java.util.regex.Matcher;

/**
 * Standard output or standard error: all output of this program passes through it. Escapes control characters and
 * instructions that a build server would obey, except for those that are marked as {@link TrustedControls}.
 */
public final class SafeWriter extends Writer {
    /** The length of the longest start of a build server's instruction. */
    private static final int TAIL = 16;

    private final Writer to;
    private final BuildLog log;

    /** The current line without leading blanks; the end of it if it is long. */
    private final StringBuilder line = new StringBuilder();

    /** A writer to a terminal, a file or this build server. */
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
        Matcher trusted = TrustedControls.SEQUENCE.matcher(text);
        while (trusted.find()) {
            writeForeign(text.substring(at, trusted.start()), safe);
            writeOwn(trusted.group(1), safe);
            at = trusted.end();
        }
        writeForeign(text.substring(at), safe);
        synchronized (lock) {
            to.write(safe.toString());
        }
    }

    private void writeOwn(String sequence, StringBuilder safe) {
        safe.append(sequence);
        if (!sequence.startsWith("\u001b")) {
            line.append(sequence, 0, Math.min(TAIL, sequence.length()));
        }
    }

    private void writeForeign(String text, StringBuilder safe) {
        text.codePoints().forEach(c -> {
            if (c == '\n') {
                safe.append('\n');
                line.setLength(0);
            } else if (TerminalSafe.isInvisible(c) || (c <= '~' && log.obeys(line, (char) c))) {
                TerminalSafe.escape(c, safe);
                remember('\\');
            } else {
                safe.appendCodePoint(c);
                remember(c);
            }
        });
    }

    /**
     * Servers skip blanks before an instruction, and differ in which characters are blanks. Here, every character that
     * is not printable ASCII counts as one.
     */
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
