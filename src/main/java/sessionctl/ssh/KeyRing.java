package sessionctl.ssh;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.SshAccess;

/** The keys of a run: each file is read, asked for and decrypted once, whatever came of it. */
final class KeyRing {
    private static final List<String> USUAL = List.of("id_ed25519", "id_ecdsa", "id_rsa");

    private final SshOptions options;
    private final Map<Path, Tried> tried = new HashMap<>();

    /** What came of a key file: a key, or why there is none. */
    private record Tried(@Nullable LoginKey key, String problem) {}

    KeyRing(SshOptions options) {
        this.options = options;
    }

    /**
     * The keys to offer to a droplet, at least one. Others wait meanwhile: two questions on one terminal help nobody.
     *
     * @throws SshFailure when there is none
     */
    synchronized List<LoginKey> keysFor(Droplet droplet) throws SshFailure {
        String named = droplet.ssh().key();
        if (named == null) {
            return usualKeys(droplet);
        }
        Tried result = key(expand(named), droplet.ssh());
        if (result.key() == null) {
            throw Trouble.at(droplet, SshFailure.Kind.LOGIN, result.problem());
        }
        return List.of(result.key());
    }

    /** Those that need no question come first, and if there are any, nobody is asked about the others. */
    private List<LoginKey> usualKeys(Droplet droplet) throws SshFailure {
        List<Path> files = USUAL.stream()
                .map(name -> options.home().resolve(".ssh").resolve(name))
                .filter(Files::exists)
                .toList();
        List<LoginKey> keys = new ArrayList<>();
        for (Path file : files) {
            if (!needsAsking(file, droplet.ssh())) {
                add(keys, key(file, droplet.ssh()));
            }
        }
        for (Path file : files) {
            if (keys.isEmpty()) {
                add(keys, key(file, droplet.ssh()));
            }
        }
        if (keys.isEmpty()) {
            throw Trouble.at(droplet, SshFailure.Kind.LOGIN, noUsualKey(files));
        }
        return keys;
    }

    private static void add(List<LoginKey> keys, Tried result) {
        if (result.key() != null) {
            keys.add(result.key());
        }
    }

    private String noUsualKey(List<Path> files) {
        if (files.isEmpty()) {
            return "there is no key to log in with: none of " + String.join(", ", USUAL) + " is in "
                    + options.home().resolve(".ssh") + "; name a private key file with ssh.key";
        }
        Stream<String> problems = files.stream().map(file -> {
            Tried result = tried.get(file);
            return result == null ? "" : result.problem();
        });
        return String.join("; ", problems.toList());
    }

    private boolean needsAsking(Path file, SshAccess access) {
        try {
            return !tried.containsKey(file) && KeyFile.read(file).locked() && fromEnvironment(access) == null;
        } catch (UnusableKey e) {
            return false;
        }
    }

    private Tried key(Path file, SshAccess access) {
        return tried.computeIfAbsent(file, path -> attempt(path, access));
    }

    private Tried attempt(Path path, SshAccess access) {
        try {
            KeyFile file = KeyFile.read(path);
            return new Tried(file.locked() ? unlock(file, path, access) : file.unlock(null), "");
        } catch (UnusableKey e) {
            return new Tried(null, String.valueOf(e.getMessage()));
        }
    }

    private LoginKey unlock(KeyFile file, Path path, SshAccess access) throws UnusableKey {
        String known = fromEnvironment(access);
        char[] passphrase = known == null ? options.asker().ask(path) : known.toCharArray();
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
                ? "run on a terminal, or name an environment variable that holds it in the inventory"
                : "set the environment variable " + access.passphraseEnv() + ", or run on a terminal";
    }

    private @Nullable String fromEnvironment(SshAccess access) {
        String name = access.passphraseEnv();
        return name == null ? null : options.environment().apply(name);
    }

    private Path expand(String written) {
        return written.startsWith("~/") ? options.home().resolve(written.substring(2)) : Path.of(written);
    }
}
