package sessionctl.guard;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The memcached of a Debian version, taken from the lab's images and run on a loopback address. */
final class RealMemcached implements AutoCloseable {
    private static final Path IMAGES = Path.of("/var/cache/sessionctl/lab");
    private static final String LIBRARIES = "(memcached_|libevent-2|liblua5|libsasl2-2|liburing).*[.]deb";

    private final Process process;
    private final InetSocketAddress address;

    /** Starts a memcached that listens on this address. */
    RealMemcached(Path program, String address, int port, String... options) throws IOException, InterruptedException {
        this.address = new InetSocketAddress(InetAddress.getByName(address), port);
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of("-u", "nobody", "-l", address, "-p", Integer.toString(port), "-U", "0"));
        command.addAll(List.of(options));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        for (int i = 0; i < 200; i++) {
            try {
                connect().close();
                return;
            } catch (ConnectException e) {
                Thread.sleep(50);
            }
        }
        throw new AssertionError("memcached does not listen at " + this.address);
    }

    /**
     * Unpacks the memcached of each Debian version in the lab's images into this folder, with its libraries, and
     * returns the programs.
     */
    static List<Path> programs(Path folder) throws IOException, InterruptedException {
        List<Path> programs = new ArrayList<>();
        try (Stream<Path> images = Files.list(IMAGES)) {
            for (Path image : images.filter(i -> i.getFileName().toString().matches("debian-\\d+-[0-9a-f]+"))
                    .sorted()
                    .toList()) {
                Path root = Files.createDirectory(folder.resolve(image.getFileName()));
                for (Path deb : files(image.resolve("pool"), LIBRARIES)) {
                    run("dpkg-deb", "-x", deb.toString(), root.toString());
                }
                List<Path> libraries = Stream.of(root, image.resolve("root"))
                        .flatMap(from -> Stream.of(from.resolve("usr/lib"), from.resolve("lib")))
                        .filter(Files::isDirectory)
                        .flatMap(from -> files(from, ".*-linux-gnu").stream())
                        .toList();
                Path loader = libraries.stream()
                        .flatMap(from -> files(from, "ld-(linux|2[.]).*").stream())
                        .filter(Files::exists)
                        .findFirst()
                        .orElseThrow();
                Path program = Files.writeString(
                        root.resolve("memcached"),
                        "#!/bin/sh\nexec %s --library-path %s %s/usr/bin/memcached \"$@\"\n"
                                .formatted(loader, joined(libraries), root));
                run("chmod", "+x", program.toString());
                programs.add(program);
            }
        }
        return programs;
    }

    private static String joined(List<Path> folders) {
        return folders.stream().map(Path::toString).collect(Collectors.joining(":"));
    }

    private static List<Path> files(Path folder, String name) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.getFileName().toString().matches(name)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new AssertionError(String.join(" ", command));
        }
    }

    /** Opens a connection that the caller closes. */
    Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(5000);
        socket.connect(address, 1000);
        return socket;
    }

    /** Returns the answer to this command, up to its last line. */
    String ask(String command) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write((command + "\r\n").getBytes(ISO_8859_1));
            InputStream in = new BufferedInputStream(socket.getInputStream());
            StringBuilder answer = new StringBuilder();
            while (!answer.toString()
                    .matches("(?s)(.*\n)?(END|STORED|NOT_STORED|VERSION [^\n]*|[A-Z_]*ERROR[^\n]*)\r\n")) {
                int c = in.read();
                if (c < 0) {
                    throw new IOException("the connection was closed after " + answer);
                }
                answer.append((char) c);
            }
            return answer.toString();
        }
    }

    String version() throws IOException {
        return ask("version").strip();
    }

    /** Stores many items at once, with noreply. */
    void fill(String prefix, int count, int size) throws IOException {
        long expiry = System.currentTimeMillis() / 1000 + 1000;
        String value = "x".repeat(size);
        StringBuilder commands = new StringBuilder();
        for (int i = 0; i < count; i++) {
            commands.append("set %s%d 0 %d %d noreply\r\n%s\r\n".formatted(prefix, i, expiry, size, value));
        }
        try (Socket socket = connect()) {
            socket.getOutputStream().write((commands + "version\r\n").getBytes(ISO_8859_1));
            socket.setSoTimeout(60_000);
            while (socket.getInputStream().read() != '\n') {
                // The answer proves that memcached has read all items.
            }
        }
    }

    long stat(String name) throws IOException {
        return stats().lines()
                .filter(line -> line.startsWith("STAT " + name + " "))
                .map(line -> line.split(" ")[2])
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }

    /** Asks again if the answer is late: the crawler holds a lock of memcached while its dump is not read. */
    private String stats() throws IOException {
        for (int i = 0; i < 5; i++) {
            try {
                return ask("stats");
            } catch (SocketTimeoutException e) {
                // The next connection may get another thread.
            }
        }
        return ask("stats");
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
