package sessionctl.ssh;

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

/** The known_hosts file itself; lines are appended by one thread of one process at a time. */
record KnownHostsFile(Path path) {
    /** Locks of files guard against other processes only, so threads need one of their own. */
    private static final Object THREADS = new Object();

    /** The file as it is now; without one, nobody is known. */
    KnownHosts read() throws IOException {
        return KnownHosts.parse(text());
    }

    /** Appends the line that somebody wants who has seen the file, while nobody else writes; returns what he saw. */
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
                // Whoever opens it a second time and closes that loses the lock (fcntl(2)).
                String before = text(file);
                KnownHosts known = KnownHosts.parse(before);
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

    /** All of it; what is written next comes after that. */
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
