package sessionctl.ssh.auth;

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
import sessionctl.ssh.SshFailure;
import sessionctl.ssh.SshOptions;
import sessionctl.ssh.hostkey.HostKey;
import sessionctl.ssh.route.SshErrorMessages;
import sessionctl.ssh.route.Target;

/** The keys of a run. Each file is read, asked for and decrypted once; a failure is kept as well and not retried. */
public final class KeyRing {
    private static final List<String> DEFAULT_FILES = List.of("id_ed25519", "id_ecdsa", "id_rsa");

    private final SshOptions options;
    private final SshAgents agents;
    private final Map<Path, KeyResult> results = new HashMap<>();

    /** The result for a key file: a key, or the reason why there is none. */
    private record KeyResult(@Nullable AuthKey key, String problem) {}

    public KeyRing(SshOptions options) {
        this.options = options;
        this.agents = new SshAgents(options);
    }

    /**
     * Returns the keys to offer to a server, at least one. Other threads wait during a question, so that there is one
     * question on the terminal at a time.
     *
     * @throws SshFailure if there is no usable key
     */
    public synchronized List<AuthKey> keysFor(Target target) throws SshFailure {
        String named = target.key();
        if (named == null) {
            return defaultKeys(target);
        }
        KeyResult result = key(expand(named), target);
        AuthKey key = result.key();
        if (key == null) {
            throw SshErrorMessages.failure(target, SshFailure.Kind.LOGIN, result.problem());
        }
        List<AuthKey> keys = Stream.concat(agents.certificates(key.publicKey(), target), Stream.of(key))
                .toList();
        return withCertificates(keys, CertificateFile.of(List.of(expand(named)), target));
    }

    /**
     * Returns the end of a refusal's message: the state of the ssh-agent if it offered no key, and the keys that could
     * have been offered, with the reason why they were not. Empty if there is nothing to add.
     */
    public synchronized String describeNotOffered(Target target, List<AuthKey> offered) {
        boolean agentless = offered.stream().allMatch(key -> key.agent() == null);
        List<String> left = leftOut(target, offered);
        return (target.key() == null && agentless ? "; " + agents.state(target) : "")
                + (left.isEmpty() ? "" : "; not offered: " + String.join("; ", left));
    }

    private List<String> leftOut(Target target, List<AuthKey> offered) {
        String named = target.key();
        List<Path> files = named == null ? files(target) : List.of(expand(named));
        List<String> left = new ArrayList<>();
        CertificateFile.of(files, target).stream()
                .filter(file -> offered.stream().allMatch(key -> file.with(key) == null))
                .forEach(file -> left.add(file.whyUnusable()));
        if (named != null) {
            return left;
        }
        List<HostKey> halves = offered.stream().map(AuthKey::publicKey).toList();
        files.stream()
                .filter(file -> !halves.contains(PublicKeyReader.of(file)))
                .map(file -> whyNotOffered(file, target))
                .filter(Objects::nonNull)
                .forEach(left::add);
        long others = agents.keys(target).stream()
                .filter(key -> !halves.contains(key.publicKey()))
                .count();
        if (others > 0) {
            left.add(others + (others == 1 ? " key" : " keys") + " of the ssh-agent, because of IdentitiesOnly");
        }
        return left;
    }

    private @Nullable String whyNotOffered(Path file, Target target) {
        KeyResult result = results.get(file);
        if (result != null) {
            return result.key() == null ? result.problem() : null;
        }
        if (Files.exists(file)) {
            return file + ", which needs a passphrase and was skipped because there is another key (load it with"
                    + " ssh-add, or name it with ssh.key)";
        }
        return target.settings().identityFiles().isEmpty() ? null : file + ", which does not exist";
    }

    /**
     * Puts the certificates of each key before the key, because a server that trusts their signer may not know the key.
     */
    private static List<AuthKey> withCertificates(List<AuthKey> keys, List<CertificateFile> files) {
        List<HostKey> halves = keys.stream().map(AuthKey::publicKey).toList();
        return keys.stream()
                .flatMap(key -> Stream.concat(
                        files.stream()
                                .map(file -> file.with(key))
                                .filter(Objects::nonNull)
                                .filter(certified -> !halves.contains(certified.publicKey())),
                        Stream.of(key)))
                .toList();
    }

    /**
     * Collects the keys in ssh's order: first the agent's keys, of those the ones named by a file first; then the files
     * that need no question. Only if there is no key by then, it asks for passphrases, until one file yields a key.
     */
    private List<AuthKey> defaultKeys(Target target) throws SshFailure {
        List<Path> files = files(target);
        List<CertificateFile> certificates = CertificateFile.of(files, target);
        List<AuthKey> keys = new ArrayList<>(agentKeys(files, certificates, target));
        List<HostKey> held = keys.stream().map(AuthKey::publicKey).toList();
        List<Path> others = held.isEmpty()
                ? files
                : files.stream()
                        .filter(file -> !held.contains(PublicKeyReader.of(file)))
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
            throw SshErrorMessages.failure(target, SshFailure.Kind.LOGIN, describeNoKey(files, target));
        }
        return withCertificates(keys, certificates);
    }

    private List<Path> files(Target target) {
        List<String> configured = target.settings().identityFiles();
        Path folder = options.home().resolve(".ssh");
        return configured.isEmpty()
                ? DEFAULT_FILES.stream().map(folder::resolve).toList()
                : configured.stream()
                        .filter(file -> !file.equalsIgnoreCase("none"))
                        .map(this::expand)
                        .toList();
    }

    /**
     * Returns the agent's keys that a certificate file or key file names, certificates first, then the others unless
     * IdentitiesOnly is set.
     */
    private List<AuthKey> agentKeys(List<Path> files, List<CertificateFile> certificates, Target target) {
        List<AuthKey> all = agents.keys(target);
        if (all.isEmpty()) {
            return all;
        }
        List<HostKey> named = Stream.concat(
                        certificates.stream()
                                .map(CertificateFile::certificate)
                                .filter(Objects::nonNull)
                                .map(UserCertificate::publicKey),
                        files.stream().map(PublicKeyReader::of).filter(Objects::nonNull))
                .toList();
        Stream<AuthKey> first = all.stream()
                .filter(key -> named.contains(key.publicKey()))
                .sorted(Comparator.comparingInt(key -> named.indexOf(key.publicKey())));
        Stream<AuthKey> then = all.stream().filter(key -> !named.contains(key.publicKey()));
        return (target.settings().identitiesOnly() ? first : Stream.concat(first, then)).toList();
    }

    private static void add(List<AuthKey> keys, KeyResult result) {
        if (result.key() != null) {
            keys.add(result.key());
        }
    }

    private String describeNoKey(List<Path> files, Target target) {
        Path folder = options.home().resolve(".ssh");
        List<String> problems = files.stream()
                .map(results::get)
                .filter(Objects::nonNull)
                .map(KeyResult::problem)
                .toList();
        if (!problems.isEmpty()) {
            return String.join("; ", problems) + "; and " + agents.state(target);
        }
        String none = target.settings().identityFiles().isEmpty()
                ? "none of " + String.join(", ", DEFAULT_FILES) + " is in " + folder
                : "the IdentityFile does not exist ("
                        + String.join(", ", target.settings().identityFiles()) + ")";
        return "there is no key to log in with: " + none + ", and " + agents.state(target)
                + "; name a private key file with ssh.key";
    }

    private boolean needsAsking(Path file, Target target) {
        try {
            return !results.containsKey(file) && KeyFile.read(file).locked() && fromEnvironment(target) == null;
        } catch (InvalidKeyException e) {
            return false;
        }
    }

    private KeyResult key(Path file, Target target) {
        return results.computeIfAbsent(file, path -> load(path, target));
    }

    private KeyResult load(Path path, Target target) {
        try {
            KeyFile file = KeyFile.read(path);
            if (!file.locked()) {
                return new KeyResult(file.unlock(null), "");
            }
            AuthKey held = fromEnvironment(target) == null ? agents.find(PublicKeyReader.of(path), target) : null;
            return new KeyResult(held == null ? unlock(file, path, target) : held, "");
        } catch (InvalidKeyException e) {
            return new KeyResult(agents.find(PublicKeyReader.of(path), target), String.valueOf(e.getMessage()));
        }
    }

    private AuthKey unlock(KeyFile file, Path path, Target target) throws InvalidKeyException {
        SshAccess access = target.droplet().ssh();
        String known = fromEnvironment(target);
        char[] passphrase = known == null ? options.prompter().passphrase(path) : known.toCharArray();
        if (passphrase == null) {
            throw new InvalidKeyException("the key file " + path + " needs a passphrase; " + remedy(access));
        }
        try {
            return file.unlock(passphrase);
        } catch (InvalidKeyException e) {
            throw new InvalidKeyException(
                    e.getMessage() + (known == null ? "" : "; it came from $" + access.passphraseEnv())
                            + "; try it with ssh-keygen -y -f " + path);
        } finally {
            Arrays.fill(passphrase, '\0');
        }
    }

    private static String remedy(SshAccess access) {
        return access.passphraseEnv() == null
                ? "run on a terminal, load it into an ssh-agent with ssh-add, or name an environment variable that"
                        + " holds it in the inventory"
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
