package sessionctl.ssh;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.SshAccess;

/** The keys of a run: each file is read, asked for and decrypted once, whatever came of it. */
final class KeyRing {
    private static final List<String> USUAL = List.of("id_ed25519", "id_ecdsa", "id_rsa");

    private final SshOptions options;
    private final AgentRing agents;
    private final Map<Path, Tried> tried = new HashMap<>();

    /** What came of a key file: a key, or why there is none. */
    private record Tried(@Nullable LoginKey key, String problem) {}

    KeyRing(SshOptions options) {
        this.options = options;
        this.agents = new AgentRing(options);
    }

    /**
     * The keys to offer to a server, at least one. Others wait meanwhile: two questions on one terminal help nobody.
     *
     * @throws SshFailure when there is none
     */
    synchronized List<LoginKey> keysFor(Target target) throws SshFailure {
        String named = target.key();
        if (named == null) {
            return usualKeys(target);
        }
        Tried result = key(expand(named), target);
        if (result.key() == null) {
            throw Trouble.at(target, SshFailure.Kind.LOGIN, result.problem());
        }
        return List.of(result.key());
    }

    /** What is said of logins that were refused without a key of the agent. */
    synchronized String agentState(Target target) {
        return agents.state(target);
    }

    /**
     * As ssh does: keys of the agent first, of those the ones that a file names; then files that need no question, and if
     * there is any key by then, nobody is asked about the others.
     */
    private List<LoginKey> usualKeys(Target target) throws SshFailure {
        List<Path> files = files(target);
        List<LoginKey> keys = new ArrayList<>(agentKeys(files, target));
        List<HostKey> held = keys.stream().map(LoginKey::half).toList();
        List<Path> others = held.isEmpty()
                ? files
                : files.stream()
                        .filter(file -> !held.contains(PublicHalf.of(file)))
                        .toList();
        for (Path file : others) {
            if (Files.exists(file) && !needsAsking(file, target)) {
                add(keys, key(file, target));
            }
        }
        for (Path file : others) {
            if (keys.isEmpty() && Files.exists(file)) {
                add(keys, key(file, target));
            }
        }
        if (keys.isEmpty()) {
            throw Trouble.at(target, SshFailure.Kind.LOGIN, noUsualKey(files, target));
        }
        return keys;
    }

    private List<Path> files(Target target) {
        List<String> configured = target.said().identityFiles();
        Path folder = options.home().resolve(".ssh");
        return configured.isEmpty()
                ? USUAL.stream().map(folder::resolve).toList()
                : configured.stream()
                        .filter(file -> !file.equalsIgnoreCase("none"))
                        .map(this::expand)
                        .toList();
    }

    private List<AgentKey> agentKeys(List<Path> files, Target target) {
        List<AgentKey> all = agents.keys(target);
        if (all.isEmpty()) {
            return all;
        }
        List<HostKey> named =
                files.stream().map(PublicHalf::of).filter(Objects::nonNull).toList();
        Stream<AgentKey> first = all.stream().filter(key -> named.contains(key.half()));
        Stream<AgentKey> then = all.stream().filter(key -> !named.contains(key.half()));
        return (target.said().identitiesOnly() ? first : Stream.concat(first, then)).toList();
    }

    private static void add(List<LoginKey> keys, Tried result) {
        if (result.key() != null) {
            keys.add(result.key());
        }
    }

    private String noUsualKey(List<Path> files, Target target) {
        Path folder = options.home().resolve(".ssh");
        List<String> problems = files.stream()
                .map(tried::get)
                .filter(Objects::nonNull)
                .map(Tried::problem)
                .toList();
        if (!problems.isEmpty()) {
            return String.join("; ", problems) + "; and " + agents.state(target);
        }
        String none = target.said().identityFiles().isEmpty()
                ? "none of " + String.join(", ", USUAL) + " is in " + folder
                : "what IdentityFile names is not there ("
                        + String.join(", ", target.said().identityFiles()) + ")";
        return "there is no key to log in with: " + none + ", and " + agents.state(target)
                + "; name a private key file with ssh.key";
    }

    private boolean needsAsking(Path file, Target target) {
        try {
            return !tried.containsKey(file) && KeyFile.read(file).locked() && fromEnvironment(target) == null;
        } catch (UnusableKey e) {
            return false;
        }
    }

    private Tried key(Path file, Target target) {
        return tried.computeIfAbsent(file, path -> attempt(path, target));
    }

    private Tried attempt(Path path, Target target) {
        try {
            KeyFile file = KeyFile.read(path);
            if (!file.locked()) {
                return new Tried(file.unlock(null), "");
            }
            AgentKey held = fromEnvironment(target) == null ? agents.held(PublicHalf.of(path), target) : null;
            return new Tried(held == null ? unlock(file, path, target) : held, "");
        } catch (UnusableKey e) {
            return new Tried(agents.held(PublicHalf.of(path), target), String.valueOf(e.getMessage()));
        }
    }

    private LoginKey unlock(KeyFile file, Path path, Target target) throws UnusableKey {
        SshAccess access = target.droplet().ssh();
        String known = fromEnvironment(target);
        char[] passphrase = known == null ? options.operator().passphrase(path) : known.toCharArray();
        if (passphrase == null) {
            throw new UnusableKey("the key file " + path + " needs a passphrase; " + remedy(access));
        }
        try {
            return file.unlock(passphrase);
        } catch (UnusableKey e) {
            throw new UnusableKey(e.getMessage() + (known == null ? "" : "; it came from $" + access.passphraseEnv())
                    + "; try it with ssh-keygen -y -f " + path);
        } finally {
            Arrays.fill(passphrase, '\0');
        }
    }

    private static String remedy(SshAccess access) {
        return access.passphraseEnv() == null
                ? "run on a terminal, load it into an ssh-agent with ssh-add, or name an environment variable that holds"
                        + " it in the inventory"
                : "set the environment variable " + access.passphraseEnv() + ", or run on a terminal";
    }

    private @Nullable String fromEnvironment(Target target) {
        String name = target.droplet().ssh().passphraseEnv();
        return name == null ? null : options.environment().apply(name);
    }

    private Path expand(String written) {
        return written.startsWith("~/") ? options.home().resolve(written.substring(2)) : Path.of(written);
    }
}
