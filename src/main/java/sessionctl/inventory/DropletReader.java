package sessionctl.inventory;

import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Reads the items of {@code droplets:}, one after another, and refuses names and addresses that another one has. */
final class DropletReader {
    private final UsualAccess usual;
    private final UnaryOperator<SshAccess> shared;
    private final int memcachedPort;
    private final Claims names;
    private final Claims addresses;

    DropletReader(UsualAccess usual, UnaryOperator<SshAccess> shared, int memcachedPort, Problems problems) {
        this.usual = usual;
        this.shared = shared;
        this.memcachedPort = memcachedPort;
        this.names = new Claims(problems);
        this.addresses = new Claims(problems);
    }

    /** The droplet; nothing when it lacks what it cannot do without. */
    Optional<Droplet> read(Fields fields) {
        Optional<String> name = fields.required("name", Word.DROPLET);
        Optional<PublicAddress> publicIp = fields.required("public_ip", new PublicForm());
        Optional<PrivateAddress> privateIp = fields.required("private_ip", new PrivateForm());
        name.ifPresent(
                text -> names.claim(text.toLowerCase(Locale.ROOT), fields.written("name", text), fields.place("name")));
        publicIp.ifPresent(address -> addresses.claim(
                address.text(), fields.written("public_ip", address.text()), fields.place("public_ip")));
        privateIp.ifPresent(address -> addresses.claim(
                address.text(), fields.written("private_ip", address.text()), fields.place("private_ip")));
        Optional<String> privateInterface = fields.optional("private_interface", Word.INTERFACE);
        Optional<String> hostKey = fields.optional("host_key", Word.HOST_KEY);
        UnaryOperator<SshAccess> own = fields.section("ssh", new SshReader(memcachedPort)::read);
        boolean leaving = fields.optional("leaving", Choice.TRUE_OR_FALSE).orElse(false);
        if (name.isEmpty() || publicIp.isEmpty() || privateIp.isEmpty()) {
            return Optional.empty();
        }
        UnaryOperator<SshAccess> written = outside -> own.apply(shared.apply(outside));
        SshAccess outside = usual.of(name.get(), publicIp.get(), privateIp.get(), written.apply(UsualAccess.SILENT));
        SshAccess ssh = pinned(written.apply(outside), hostKey);
        return Optional.of(
                new Droplet(name.get(), publicIp.get(), privateIp.get(), ssh, privateInterface.orElse(null), leaving));
    }

    private static SshAccess pinned(SshAccess ssh, Optional<String> hostKey) {
        return new SshAccess(
                ssh.user(),
                ssh.port(),
                ssh.key(),
                ssh.passphraseEnv(),
                hostKey.orElse(null),
                ssh.address(),
                ssh.jump());
    }
}
