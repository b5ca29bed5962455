package sessionctl.inventory;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import sessionctl.inventory.yaml.MappingReader;
import sessionctl.inventory.yaml.ScalarType;

/** Reads {@code ssh:} of the cluster or of a droplet. Its values override those of the enclosing level. */
final class SshReader {
    private static final ScalarType<String> USER = ScalarType.text(
            "[A-Za-z_][A-Za-z0-9._-]{0,31}", "is not a login name", "expected a login name such as root or deploy");
    private static final ScalarType<String> KEY_FILE = ScalarType.text(
            "(?!~(?!/))[^\\p{C}\\p{Zl}\\p{Zp}]+(?<!\\.pub)",
            "is not a private key file",
            "expected a path such as ~/.ssh/id_ed25519, where ~/ is your home folder");
    /** Never shown: a user who misunderstands this key writes the passphrase itself. */
    private static final ScalarType<String> PASSPHRASE_ENV = ScalarType.secret(
            "[A-Za-z_][A-Za-z0-9_]*",
            "the value is not the name of an environment variable",
            "expected the name of the variable that holds the passphrase, such as SSH_PASSPHRASE");

    private static final ScalarType<SshAccess.Address> ADDRESS = ScalarType.oneOf(List.of(SshAccess.Address.values()));
    private static final String JUMP_HOSTS = "expected user@host:port, several separated by commas, or none";
    private static final ScalarType<List<JumpHost>> JUMP = new ScalarType<>(
            JUMP_HOSTS,
            Map.of("type", List.of("string", "number"), "pattern", "^(?:" + JumpHost.SEVERAL + ")$"),
            (text, at) -> JumpHost.parse(text).or(() -> at.refuse(text, "is not a jump host", JUMP_HOSTS)));

    private SshReader() {}

    /**
     * Returns a function that adds the values to those of the enclosing level.
     *
     * @param hostKey the pinned fingerprint, which stands beside {@code ssh:}
     */
    static UnaryOperator<SshAccess> read(MappingReader ssh, int memcachedPort, Optional<String> hostKey) {
        Optional<String> user = ssh.optional("user", USER);
        Optional<Integer> port = ssh.optional("port", otherThan(memcachedPort));
        Optional<String> key = ssh.optional("key", KEY_FILE);
        Optional<String> passphraseEnv = ssh.optional("passphrase_env", PASSPHRASE_ENV);
        Optional<SshAccess.Address> address = ssh.optional("address", ADDRESS);
        Optional<List<JumpHost>> jump = ssh.optional("jump", JUMP);
        return outside -> new SshAccess(
                user.orElse(outside.user()),
                port.orElse(outside.port()),
                key.orElse(outside.key()),
                passphraseEnv.orElse(outside.passphraseEnv()),
                hostKey.orElse(outside.hostKey()),
                address.orElse(outside.address()),
                jump.orElse(outside.jump()));
    }

    /** Returns the type of the ports of other programs than memcached: sshd cannot share its port. */
    static ScalarType<Integer> otherThan(int memcachedPort) {
        return ScalarType.PORT.except(
                port -> port == memcachedPort, "is memcached's port", ScalarType.PORT.expected() + " other than that");
    }
}
