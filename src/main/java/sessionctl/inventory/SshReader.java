package sessionctl.inventory;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Reads {@code ssh:}, the cluster's and a droplet's: what the section says, over what holds outside of it. */
record SshReader(int memcachedPort) {
    private static final Choice<SshAccess.Address> ADDRESS = new Choice<>(List.of(SshAccess.Address.values()));

    UnaryOperator<SshAccess> read(Fields ssh) {
        Optional<String> user = ssh.optional("user", Word.USER);
        Optional<Integer> port = ssh.optional("port", new OtherPort(memcachedPort));
        Optional<String> key = ssh.optional("key", Word.KEY_FILE);
        Optional<String> passphraseEnv = ssh.optional("passphrase_env", Word.PASSPHRASE_ENV);
        Optional<SshAccess.Address> address = ssh.optional("address", ADDRESS);
        Optional<List<JumpHost>> jump = ssh.optional("jump", new JumpForm());
        return outside -> new SshAccess(
                user.orElse(outside.user()),
                port.orElse(outside.port()),
                key.orElse(outside.key()),
                passphraseEnv.orElse(outside.passphraseEnv()),
                outside.hostKey(),
                address.orElse(outside.address()),
                jump.orElse(outside.jump()));
    }
}
