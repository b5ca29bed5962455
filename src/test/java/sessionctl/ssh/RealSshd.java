package sessionctl.ssh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.PrivateAddress;
import sessionctl.inventory.PublicAddress;
import sessionctl.inventory.SshAccess;

/** An OpenSSH server that a test starts on a loopback port, with its own configuration, keys and log. */
public final class RealSshd implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/usr/sbin/sshd");

    private final Path folder;
    private final int port;
    private final Process process;

    private RealSshd(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    /** Fails the test if OpenSSH's server is not installed, instead of letting it pass untested. */
    public static void requireInstalled() throws IOException {
        if (!Files.isExecutable(PROGRAM) || !Files.isExecutable(Path.of("/usr/bin/sudo"))) {
            throw new AssertionError(
                    "these tests run against a real sshd and sudo: apt-get install openssh-server sudo, then run again");
        }
        if (!System.getProperty("user.name").equals("root")) {
            throw new AssertionError(
                    "these tests start a real sshd that logs users in, which only root may: run as root");
        }
        Files.createDirectories(Path.of("/run/sshd"));
    }

    /** Starts a server with an ed25519 host key, unless the extra configuration lines name others. */
    public static RealSshd start(Path folder, String... extra) throws IOException, InterruptedException {
        requireInstalled();
        Files.createDirectories(folder);
        if (!Files.exists(folder.resolve("host_ed25519"))) {
            Host.keygen(folder.resolve("host_ed25519"), "-t", "ed25519");
        }
        int port = freePort();
        List<String> lines = new ArrayList<>(List.of(
                "ListenAddress 127.0.0.1:" + port,
                "AuthorizedKeysFile " + folder.resolve("authorized_keys"),
                "PidFile none",
                "StrictModes no",
                "UsePAM no",
                "UseDNS no",
                "PasswordAuthentication no",
                "PermitRootLogin yes",
                // The tests' commands must not run the ~/.bashrc of the user that runs the tests: some take half a
                // second.
                "SetEnv HOME=" + folder,
                "LogLevel VERBOSE"));
        if (List.of(extra).stream().noneMatch(line -> line.startsWith("HostKey "))) {
            lines.add("HostKey " + folder.resolve("host_ed25519"));
        }
        lines.addAll(List.of(extra));
        Files.write(folder.resolve("config"), lines);
        Process process = new ProcessBuilder(
                        PROGRAM.toString(),
                        "-D",
                        "-e",
                        "-f",
                        folder.resolve("config").toString())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
        RealSshd sshd = new RealSshd(folder, port, process);
        sshd.awaitPort();
        return sshd;
    }

    public int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    /** Allows the holder of this private key to log in as any user. */
    public void authorize(Path privateKey) throws IOException {
        Path keys = folder.resolve("authorized_keys");
        String line = Files.readString(Path.of(privateKey + ".pub"));
        Files.writeString(keys, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        Host.makeReadable(keys);
    }

    public Droplet droplet(String user, Path key) {
        return droplet(new SshAccess(user, port, key.toString(), null, null));
    }

    public Droplet droplet(SshAccess access) {
        PrivateAddress inside = new PrivateAddress("10.9.9.1");
        return new Droplet("lamp01", new PublicAddress("127.0.0.1"), inside, access, null, false);
    }

    public Droplet droplet(Path key, @Nullable String hostKey) {
        return droplet(new SshAccess("root", port, key.toString(), null, hostKey));
    }

    /** Returns the line of known_hosts for one of its host keys. */
    public String knownHostsLine(String hostKeyFile) throws IOException {
        String[] words = Files.readString(folder.resolve(hostKeyFile + ".pub")).split(" ", -1);
        return "[127.0.0.1]:" + port + " " + words[0] + " " + words[1] + "\n";
    }

    /** Returns the processes that serve connections, the newest last. */
    List<Long> children() {
        return process.descendants().map(ProcessHandle::pid).sorted().toList();
    }

    /** Sends a signal to the processes that serve connections and to their children. */
    void signalChildren(String signal) throws IOException, InterruptedException {
        for (long pid : children()) {
            Host.run("sh", "-c", "kill -" + signal + " " + pid + " || true");
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private void awaitPort() throws IOException, InterruptedException {
        for (int i = 0; i < 100; i++) {
            try (Socket probe = new Socket()) {
                probe.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                return;
            } catch (IOException e) {
                if (!process.isAlive()) {
                    throw new AssertionError("sshd did not start: " + log());
                }
                Thread.sleep(50);
            }
        }
        throw new AssertionError("sshd does not listen: " + log());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
