package sessionctl.ssh.hostkey;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** A known_hosts file on disk. One thread of one process at a time appends to it. */
record KnownHostsFile(Path path) {
    /** A lock for the threads of this process: file locks work between processes only. */
    private static final Object THREADS = new Object();

    /** Reads the file; one that does not exist has no lines. */
    KnownHosts read() throws IOException {
        return KnownHosts.parse(path, text());
    }

    /**
     * Appends a line under the lock of the file.
     *
     * @param wanted returns the line to append for the current content, or empty for none
     * @return the content before
     * @throws IOException if the file cannot be read or written
     */
    KnownHosts append(Function<KnownHosts, Optional<String>> wanted) throws IOException {
        synchronized (THREADS) {
            Path folder = path.toAbsolutePath().getParent();
            if (folder != null && !Files.isDirectory(folder)) {
                Files.createDirectories(folder, onlyForMe(folder, "rwx------"));
            }
            Set<OpenOption> append =
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try (FileChannel file = FileChannel.open(path, append, onlyForMe(path, "rw-------"));
                    FileLock lock = file.lock()) {
                // Read through the same channel: opening the file again and closing that would release the lock
                // (fcntl(2)).
                String before = text(file);
                KnownHosts known = KnownHosts.parse(path, before);
                Optional<String> line = wanted.apply(known);
                if (line.isPresent() && lock.isValid()) {
                    write(file, (before.isEmpty() || before.endsWith("\n") ? "" : "\n") + line.get());
                }
                return known;
            } catch (AccessDeniedException e) {
                throw new IOException(path + " may not be written", e);
            }
        }
    }

    /** Reads the file to its end, so that the next write appends. */
    private static String text(FileChannel file) throws IOException {
        return new String(Channels.newInputStream(file).readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    private static void write(FileChannel file, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    private String text() throws IOException {
        try {
            return Files.readString(path, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return "";
        } catch (AccessDeniedException e) {
            throw new IOException(path + " may not be read", e);
        }
    }

    private static FileAttribute<?>[] onlyForMe(Path file, String permissions) {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return new FileAttribute<?>[0];
        }
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        };
    }
}
