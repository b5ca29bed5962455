package sessionctl.action;

import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A file to which the program appends lines while it runs. If it cannot be written, for example because the disk is
 * full, it ends with one warning, and the run continues.
 */
public final class AppendedFile extends Writer {
    private static final Set<String> STANDARD_OUTPUT = Set.of("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1");

    private final String option;
    private final Path path;
    private final WritableByteChannel channel;
    private final StringBuilder buffer = new StringBuilder();
    private Consumer<String> warning = sentence -> {};
    private boolean failed;

    private AppendedFile(String option, Path path, WritableByteChannel channel) {
        this.option = option;
        this.path = path;
        this.channel = channel;
    }

    /**
     * Opens a file, and creates it with mode 0600 if it does not exist.
     *
     * @param option the option that names the file, for messages
     * @throws ActionFailure if it cannot be opened
     */
    public static AppendedFile open(String option, Path path) {
        if (STANDARD_OUTPUT.contains(path.toString())) {
            throw new ActionFailure(
                    ExitCode.USAGE, option + ": standard output has the results; name a file, or /dev/stderr");
        }
        try {
            return new AppendedFile(
                    option,
                    path,
                    Files.newByteChannel(
                            path,
                            Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))));
        } catch (IOException e) {
            throw new ActionFailure(
                    ExitCode.USAGE,
                    option + ": " + path + " cannot be written (" + IoMessages.of(e) + "); name another file");
        }
    }

    /** Sets the receiver of the warning. */
    public void warn(Consumer<String> receiver) {
        warning = receiver;
    }

    @Override
    public void write(char[] chars, int offset, int length) {
        synchronized (lock) {
            buffer.append(chars, offset, length);
        }
    }

    /** Writes what was buffered. After a failure, does nothing. */
    @Override
    public void flush() {
        synchronized (lock) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(buffer.toString());
            buffer.setLength(0);
            try {
                while (!failed && bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            } catch (IOException e) {
                failed = true;
                warning.accept("warning: " + option + ": " + path + " cannot be written (" + IoMessages.of(e)
                        + "). It ends here; the run continues.");
            }
        }
    }

    @Override
    public void close() throws IOException {
        flush();
        channel.close();
    }
}
