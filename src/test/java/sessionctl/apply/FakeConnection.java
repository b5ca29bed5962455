package sessionctl.apply;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.ssh.Shell;

/**
 * A connection to a droplet that is a folder. A process named sshd runs the commands, each as its child, with the
 * folder in place of the droplet's /run and /var/log.
 */
final class FakeConnection implements Shell {
    private final Path droplet;
    private final Process sshd;
    private int count;

    FakeConnection(Path droplet, String address) throws IOException {
        this.droplet = droplet;
        Path program = droplet.resolve("sshd");
        if (!Files.exists(program)) {
            Files.copy(Path.of("/bin/sh").toRealPath(), program);
        }
        ProcessBuilder builder = new ProcessBuilder(program.toString()).redirectErrorStream(true);
        builder.environment().put("SSH_CONNECTION", address + " 50000 198.51.100.1 22");
        sshd = builder.start();
    }

    @Override
    public CommandResult run(Command command) {
        try {
            Path end = begin(command.line());
            while (!Files.exists(end)) {
                Thread.sleep(5);
            }
            String name = end.getFileName().toString();
            return new CommandResult(
                    Integer.parseInt(Files.readString(end).strip()),
                    Files.readString(end.resolveSibling(name + ".out"), StandardCharsets.ISO_8859_1),
                    Files.readString(end.resolveSibling(name + ".err"), StandardCharsets.ISO_8859_1));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts a command and returns the file that holds its exit code once it has ended. */
    Path begin(String line) throws IOException {
        Path end = droplet.resolve(ProcessHandle.current().pid() + "-" + sshd.pid() + "-" + count++);
        String here = line.replace("/run/sessionctl", droplet + "/run")
                .replace("/var/lib/sessionctl", droplet + "/lib")
                .replace("/etc/sessionctl", droplet + "/etc")
                .replace("/var/log", droplet + "/log")
                .replace("PATH=/usr/sbin", "PATH=" + droplet + "/bin:/usr/sbin");
        OutputStream in = sshd.getOutputStream();
        in.write((here + " >" + end + ".out 2>" + end + ".err; echo $? >" + end + ".part; mv " + end + ".part " + end
                        + "\n")
                .getBytes(StandardCharsets.UTF_8));
        in.flush();
        return end;
    }

    /**
     * Returns a shell that runs commands as through sudo, which clears the environment: the command does not see the
     * connection.
     */
    Shell bySudo() {
        return new Shell() {
            @Override
            public CommandResult run(Command command) {
                List<String> words =
                        new ArrayList<>(List.of("sh", "-c", "\"$@\"; exit $?", "sudo", "env", "-u", "SSH_CONNECTION"));
                words.addAll(command.words());
                return FakeConnection.this.run(new Command(words, command.input(), command.limit()));
            }

            @Override
            public void close() {}
        };
    }

    /** Ends the connection and the commands that run over it. */
    @Override
    public void close() {
        try {
            sshd.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
