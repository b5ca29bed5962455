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

/** Droplets in memory: they answer what they are told to answer and remember what they were asked. */
public final class FakeShells implements Shells {
    /** What was run, as {@code name: words}, facts as {@code name: facts}. */
    public final List<String> log = new CopyOnWriteArrayList<>();

    final Set<String> closed = ConcurrentHashMap.newKeySet();

    private final CommandResult facts;
    private final Map<String, CommandResult> answers = new ConcurrentHashMap<>();
    private final Map<String, SshFailure> failures = new ConcurrentHashMap<>();
    private volatile Consumer<String> watcher = entry -> {};

    /** Droplets that all answer so when they are asked for their facts. */
    public FakeShells(Answer facts) {
        this.facts = facts.result();
    }

    /** What a droplet says to a log entry. */
    public FakeShells answering(String entry, int exit, String stderr) {
        answers.put(entry, new CommandResult(exit, "", stderr));
        return this;
    }

    /** What a droplet prints in answer to a log entry. */
    public FakeShells printing(String entry, int exit, String stdout) {
        answers.put(entry, new CommandResult(exit, stdout, ""));
        return this;
    }

    /** It answers this entry from now on as any other. */
    public void answeringAsUsual(String entry) {
        answers.remove(entry);
    }

    /** A droplet whose facts are these bytes. */
    public FakeShells answeringFacts(String name, String stdout) {
        answers.put(name + ": facts", new CommandResult(0, stdout, ""));
        return this;
    }

    /** The connection breaks at a log entry, or cannot be opened at {@code name: open}. */
    public FakeShells losing(String entry, String sentence) {
        failures.put(entry, new SshFailure(SshFailure.Kind.LOST, sentence));
        return this;
    }

    /** What was lost there is not lost any more. */
    public void reaching(String entry) {
        failures.remove(entry);
    }

    /** Is told every log entry before it is answered, on the thread that asks. */
    public FakeShells watched(Consumer<String> by) {
        watcher = by;
        return this;
    }

    /** What one droplet was told besides facts and locks, in order. */
    public List<String> changes(String name) {
        return log.stream()
                .filter(e -> e.startsWith(name + ": ") && !e.endsWith(": facts") && !e.contains(": lock "))
                .filter(e -> !e.startsWith(name + ": offered"))
                .map(e -> e.substring(name.length() + 2))
                .toList();
    }

    @Override
    public Shell open(Droplet droplet) throws SshFailure {
        meet(droplet.name() + ": open");
        return new Shell() {
            @Override
            public CommandResult run(Command command) throws SshFailure {
                boolean asked = command.equals(FactsProbe.command());
                String entry = droplet.name() + ": " + (asked ? "facts" : words(command));
                log.add(entry);
                watcher.accept(entry);
                meet(entry);
                return answers.getOrDefault(entry, asked ? facts : new CommandResult(0, "", ""));
            }

            @Override
            public void close() {
                closed.add(droplet.name());
            }
        };
    }

    private void meet(String entry) throws SshFailure {
        SshFailure failure = failures.get(entry);
        if (failure != null) {
            throw failure;
        }
    }

    /** A change by its script's first arguments; a step of the lock, and with it what is to be logged. */
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
