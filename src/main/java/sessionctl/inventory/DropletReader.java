package sessionctl.inventory;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import sessionctl.inventory.yaml.MappingReader;
import sessionctl.inventory.yaml.QuotedText;
import sessionctl.inventory.yaml.ScalarType;
import sessionctl.inventory.yaml.SourceLocation;

/** Reads the items of {@code droplets:} and refuses duplicate names and addresses. */
final class DropletReader {
    private static final ScalarType<String> NAME = ScalarType.text(
            "(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?",
            "is not a droplet name",
            "expected a name of up to 63 letters, digits, dots and dashes, with a letter or digit at both ends");
    private static final ScalarType<String> INTERFACE = ScalarType.text(
            "[A-Za-z0-9][A-Za-z0-9._-]{0,14}",
            "is not an interface name",
            "expected up to 15 letters, digits, dots and dashes, such as eth1");
    private static final ScalarType<String> HOST_KEY = ScalarType.text(
            "SHA256:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]",
            "is not a host key's fingerprint",
            "expected SHA256: and 43 characters without an =, as ssh-keygen -lf prints them");

    private final SshDefaults sshDefaults;
    private final UnaryOperator<SshAccess> shared;
    private final int memcachedPort;
    private final Map<String, SourceLocation> names = new HashMap<>();
    private final Map<String, SourceLocation> addresses = new HashMap<>();

    DropletReader(SshDefaults sshDefaults, UnaryOperator<SshAccess> shared, int memcachedPort) {
        this.sshDefaults = sshDefaults;
        this.shared = shared;
        this.memcachedPort = memcachedPort;
    }

    /** Returns the droplet; empty if a required key is missing or invalid. */
    Optional<Droplet> read(MappingReader mapping) {
        Optional<String> name = mapping.required("name", NAME);
        Optional<PublicAddress> publicIp = mapping.required("public_ip", AddressTypes.PUBLIC);
        Optional<PrivateAddress> privateIp = mapping.required("private_ip", AddressTypes.PRIVATE);
        name.ifPresent(text -> refuseDuplicate(names, mapping, "name", text));
        publicIp.ifPresent(address -> refuseDuplicate(addresses, mapping, "public_ip", address.text()));
        privateIp.ifPresent(address -> refuseDuplicate(addresses, mapping, "private_ip", address.text()));
        Optional<String> privateInterface = mapping.optional("private_interface", INTERFACE);
        Optional<String> hostKey = mapping.optional("host_key", HOST_KEY);
        UnaryOperator<SshAccess> own = mapping.section("ssh", ssh -> SshReader.read(ssh, memcachedPort, hostKey));
        boolean leaving = mapping.optional("leaving", ScalarType.TRUE_OR_FALSE).orElse(false);
        if (name.isEmpty() || publicIp.isEmpty() || privateIp.isEmpty()) {
            return Optional.empty();
        }
        UnaryOperator<SshAccess> written = outside -> own.apply(shared.apply(outside));
        SshAccess outside =
                sshDefaults.resolve(name.get(), publicIp.get(), privateIp.get(), written.apply(SshDefaults.UNSET));
        return Optional.of(new Droplet(
                name.get(),
                publicIp.get(),
                privateIp.get(),
                written.apply(outside),
                privateInterface.orElse(null),
                leaving));
    }

    /** Reports a name or address that an earlier droplet has, in upper or lower case. */
    private static void refuseDuplicate(
            Map<String, SourceLocation> first, MappingReader mapping, String key, String value) {
        SourceLocation taken = first.putIfAbsent(value.toLowerCase(Locale.ROOT), mapping.place(key));
        if (taken != null) {
            mapping.refuse(
                    key,
                    "duplicate " + QuotedText.of(mapping.writtenText(key, value)),
                    "already used in line " + taken.line() + " (" + taken.path() + ")");
        }
    }
}
