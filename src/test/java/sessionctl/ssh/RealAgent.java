package sessionctl.ssh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An ssh-agent process that a test starts and stops. */
public final class RealAgent implements AutoCloseable {
    private final Path folder;
    private final Process process;

    private RealAgent(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
    }

    public static RealAgent start(Path folder) throws IOException, InterruptedException {
        Path socket = folder.resolve("agent");
        Process process = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("agent.out").toFile())
                .start();
        while (!Files.exists(socket)) {
            if (!process.isAlive()) {
                throw new AssertionError("ssh-agent: " + Files.readString(folder.resolve("agent.out")));
            }
            Thread.sleep(10);
        }
        return new RealAgent(folder, process);
    }

    public Path socket() {
        return folder.resolve("agent");
    }

    public long pid() {
        return process.pid();
    }

    public void hold(Path key) throws IOException, InterruptedException {
        Host.run("env", "SSH_AUTH_SOCK=" + socket(), "ssh-add", "-q", key.toString());
    }

    public void holdLocked(Path key, String passphrase) throws IOException, InterruptedException {
        Path asker = Files.writeString(folder.resolve("askpass"), "#!/bin/sh\necho '" + passphrase + "'\n");
        Host.run("chmod", "+x", asker.toString());
        Host.run(
                "env",
                "SSH_AUTH_SOCK=" + socket(),
                "SSH_ASKPASS=" + asker,
                "SSH_ASKPASS_REQUIRE=force",
                "ssh-add",
                "-q",
                key.toString());
    }

    public void forget(Path key) throws IOException, InterruptedException {
        Host.run("env", "SSH_AUTH_SOCK=" + socket(), "ssh-add", "-q", "-d", key.toString());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
