package sessionctl.ssh;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
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
        LoginKey key = result.key();
        if (key == null) {
            throw Trouble.at(target, SshFailure.Kind.LOGIN, result.problem());
        }
        List<LoginKey> keys = Stream.concat(agents.certificates(key.half(), target), Stream.of(key))
                .toList();
        return certified(keys, CertificateFile.of(List.of(expand(named)), target));
    }

    /** What a refusal leaves out: keys that could have been offered, and why they were not. */
    synchronized String aside(Target target, List<LoginKey> offered) {
        boolean agentless = offered.stream().allMatch(key -> key.agent() == null);
        List<String> left = leftOut(target, offered);
        return (target.key() == null && agentless ? "; " + agents.state(target) : "")
                + (left.isEmpty() ? "" : "; not offered: " + String.join("; ", left));
    }

    private List<String> leftOut(Target target, List<LoginKey> offered) {
        String named = target.key();
        List<Path> files = named == null ? files(target) : List.of(expand(named));
        List<String> left = new ArrayList<>();
        CertificateFile.of(files, target).stream()
                .filter(file -> offered.stream().allMatch(key -> file.with(key) == null))
                .forEach(file -> left.add(file.uselessness()));
        if (named != null) {
            return left;
        }
        List<HostKey> halves = offered.stream().map(LoginKey::half).toList();
        files.stream()
                .filter(file -> !halves.contains(PublicHalf.of(file)))
                .map(file -> reason(file, target))
                .filter(Objects::nonNull)
                .forEach(left::add);
        long others = agents.keys(target).stream()
                .filter(key -> !halves.contains(key.half()))
                .count();
        if (others > 0) {
            left.add(others + (others == 1 ? " key" : " keys") + " of the ssh-agent, because of IdentitiesOnly");
        }
        return left;
    }

    private @Nullable String reason(Path file, Target target) {
        Tried came = tried.get(file);
        if (came != null) {
            return came.key() == null ? came.problem() : null;
        }
        if (Files.exists(file)) {
            return file + ", which needs a passphrase that nobody is asked for where there is another key (load it with"
                    + " ssh-add, or name it with ssh.key)";
        }
        return target.said().identityFiles().isEmpty() ? null : file + ", which does not exist";
    }

    /** Each key behind the certificates of it, as the server that knows their signer may not know the key. */
    private static List<LoginKey> certified(List<LoginKey> keys, List<CertificateFile> files) {
        List<HostKey> halves = keys.stream().map(LoginKey::half).toList();
        return keys.stream()
                .flatMap(key -> Stream.concat(
                        files.stream()
                                .map(file -> file.with(key))
                                .filter(Objects::nonNull)
                                .filter(certified -> !halves.contains(certified.half())),
                        Stream.of(key)))
                .toList();
    }

    /**
     * As ssh does: keys of the agent first, of those the ones that a file names; then files that need no question, and if
     * there is any key by then, nobody is asked about the others.
     */
    private List<LoginKey> usualKeys(Target target) throws SshFailure {
        List<Path> files = files(target);
        List<CertificateFile> certificates = CertificateFile.of(files, target);
        List<LoginKey> keys = new ArrayList<>(agentKeys(files, certificates, target));
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
        return certified(keys, certificates);
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

    /** Certificates go before their keys, as those in files do. */
    private List<AgentKey> agentKeys(List<Path> files, List<CertificateFile> certificates, Target target) {
        List<AgentKey> all = agents.keys(target);
        if (all.isEmpty()) {
            return all;
        }
        List<HostKey> named = Stream.concat(
                        certificates.stream()
                                .map(CertificateFile::certificate)
                                .filter(Objects::nonNull)
                                .map(UserCertificate::whole),
                        files.stream().map(PublicHalf::of).filter(Objects::nonNull))
                .toList();
        Stream<AgentKey> first = all.stream()
                .filter(key -> named.contains(key.half()))
                .sorted(Comparator.comparingInt(key -> named.indexOf(key.half())));
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
