package sessionctl.fleet;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import sessionctl.Answer;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.Scripts;
import sessionctl.facts.FactsProbe;
import sessionctl.inventory.Droplet;
import sessionctl.ssh.Shell;
import sessionctl.ssh.Shells;
import sessionctl.ssh.SshFailure;

/** Droplets in memory that give the answers a test sets and record every command. */
public final class FakeShells implements Shells {
    /** Commands in order, as {@code name: words}; a probe of facts as {@code name: facts}. */
    public final List<String> log = new CopyOnWriteArrayList<>();

    final Set<String> closed = ConcurrentHashMap.newKeySet();

    private final CommandResult facts;
    private final Map<String, CommandResult> answers = new ConcurrentHashMap<>();
    private final Map<String, SshFailure> failures = new ConcurrentHashMap<>();
    private volatile Consumer<String> watcher = entry -> {};

    /** Makes droplets that all answer these facts. */
    public FakeShells(Answer facts) {
        this.facts = facts.result();
    }

    /** Sets a droplet's exit code and standard error for a log entry. */
    public FakeShells answering(String entry, int exit, String stderr) {
        answers.put(entry, new CommandResult(exit, "", stderr));
        return this;
    }

    /** Sets a droplet's exit code and output for a log entry. */
    public FakeShells printing(String entry, int exit, String stdout) {
        answers.put(entry, new CommandResult(exit, stdout, ""));
        return this;
    }

    /** Restores the default answer to a log entry. */
    public void answeringAsUsual(String entry) {
        answers.remove(entry);
    }

    /** Sets the bytes that a droplet answers as its facts. */
    public FakeShells answeringFacts(String name, String stdout) {
        answers.put(name + ": facts", new CommandResult(0, stdout, ""));
        return this;
    }

    /** Breaks the connection at a log entry, or refuses to open it at {@code name: open}. */
    public FakeShells losing(String entry, String sentence) {
        failures.put(entry, new SshFailure(SshFailure.Kind.LOST, sentence));
        return this;
    }

    /** Undoes a loss that was set for a log entry. */
    public void reaching(String entry) {
        failures.remove(entry);
    }

    /** Sets a callback that gets every log entry before it is answered, on the thread that runs the command. */
    public FakeShells watched(Consumer<String> by) {
        watcher = by;
        return this;
    }

    /** Returns a droplet's commands other than facts and leases, in order. */
    public List<String> changes(String name) {
        return log.stream()
                .filter(e -> e.startsWith(name + ": ") && !e.endsWith(": facts") && !e.contains(": lock "))
                .filter(e -> !e.startsWith(name + ": offered"))
                .map(e -> e.substring(name.length() + 2))
                .toList();
    }

    @Override
    public Shell open(Droplet droplet) throws SshFailure {
        throwFailureOf(droplet.name() + ": open");
        return new Shell() {
            @Override
            public CommandResult run(Command command) throws SshFailure {
                boolean asked =
                        command.equals(FactsProbe.command()) || command.equals(FactsProbe.commandWithInstallation());
                String entry = droplet.name() + ": " + (asked ? "facts" : words(command));
                log.add(entry);
                watcher.accept(entry);
                throwFailureOf(entry);
                return answers.getOrDefault(entry, asked ? facts : new CommandResult(0, "", ""));
            }

            @Override
            public void close() {
                closed.add(droplet.name());
            }
        };
    }

    private void throwFailureOf(String entry) throws SshFailure {
        SshFailure failure = failures.get(entry);
        if (failure != null) {
            throw failure;
        }
    }

    /**
     * Returns a change by the first arguments of its script, and a command of the lease with the result that it logs.
     */
    private static String words(Command command) {
        List<String> arguments = command.words().subList(4, command.words().size());
        if (command.words().contains(Scripts.locking("apply/lock.sh"))) {
            return "lock " + arguments.get(0)
                    + arguments.stream().skip(6).map(a -> " " + a).collect(Collectors.joining());
        }
        if (command.words().contains(Scripts.text("facts/offered.sh"))) {
            return "offered";
        }
        return String.join(" ", arguments.subList(0, Math.min(4, arguments.size())));
    }
}
