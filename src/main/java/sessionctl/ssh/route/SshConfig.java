package sessionctl.ssh.route;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.JumpHost;
import sessionctl.inventory.PrivateAddress;
import sessionctl.inventory.PublicAddress;
import sessionctl.inventory.SshAccess;
import sessionctl.inventory.SshDefaults;

/**
 * The content of {@code ~/.ssh/config} and the system's ssh_config. Values of the inventory override it. A Host line
 * may match a droplet's name or its address.
 *
 * @param lines in the order in which they are read; the first value of a keyword wins
 */
public record SshConfig(List<ConfigLine> lines, LocalEnvironment environment) implements SshDefaults {
    /** An empty configuration. */
    public static final SshConfig NONE =
            new SshConfig(List.of(), new LocalEnvironment(System.getProperty("user.name"), "", name -> null));

    public SshConfig {
        lines = List.copyOf(lines);
    }

    /** Returns the settings of a destination. */
    public HostSettings settingsOf(Destination destination) {
        SshConfigResolver resolver = new SshConfigResolver(destination, environment);
        resolver.read(lines);
        return resolver.settings();
    }

    /** Returns the settings of a jump host. */
    public HostSettings settingsOf(JumpHost hop) {
        return settingsOf(new Destination(List.of(hop.host()), hop.user(), hop.port(), environment.user()));
    }

    /** Returns the settings of a droplet, whose login and port the inventory has resolved already. */
    public HostSettings settingsOf(Droplet droplet) {
        SshAccess ssh = droplet.ssh();
        List<String> names = names(droplet.name(), droplet.publicIp(), droplet.privateIp(), ssh.address());
        String defaultUser = SshAccess.defaults().user();
        HostSettings settings = settingsOf(new Destination(names, null, ssh.port(), defaultUser));
        boolean configured = ssh.user().equals(settings.user() == null ? defaultUser : settings.user());
        // A login that differs from the configured one comes from the inventory, which takes precedence.
        return configured ? settings : settingsOf(new Destination(names, ssh.user(), ssh.port(), defaultUser));
    }

    @Override
    public SshAccess resolve(String name, PublicAddress publicIp, PrivateAddress privateIp, SshAccess written) {
        SshAccess defaults = SshAccess.defaults();
        String user = written.user().equals(UNSET.user()) ? null : written.user();
        Integer port = written.port() == UNSET.port() ? null : written.port();
        List<String> names = names(name, publicIp, privateIp, written.address());
        HostSettings settings = settingsOf(new Destination(names, user, port, defaults.user()));
        boolean inside = privateIp.text().equals(settings.hostName());
        return new SshAccess(
                settings.user() == null ? defaults.user() : settings.user(),
                settings.port() == null ? defaults.port() : settings.port(),
                null,
                null,
                null,
                inside ? SshAccess.Address.PRIVATE : defaults.address(),
                settings.jump() == null ? defaults.jump() : settings.jump());
    }

    /**
     * Returns a sentence for each setting of these droplets and their jump hosts that is not supported or contradicts
     * the inventory's address.
     */
    public List<String> warnings(List<Droplet> droplets) {
        Set<String> warnings = new LinkedHashSet<>();
        for (Droplet droplet : droplets) {
            HostSettings settings = settingsOf(droplet);
            warnings.addAll(settings.remarks());
            droplet.ssh().jump().forEach(hop -> warnings.addAll(settingsOf(hop).remarks()));
            if (settings.hasAddress() && !hasAddress(droplet, settings.hostName())) {
                warnings.add("ssh's configuration sets HostName " + settings.hostName() + " for " + droplet
                        + ", but sessionctl uses the inventory's address; if they are two machines, write the"
                        + " address instead of the name in the Host line");
            }
        }
        return List.copyOf(warnings);
    }

    private static boolean hasAddress(Droplet droplet, @Nullable String host) {
        return droplet.publicIp().text().equals(host)
                || droplet.privateIp().text().equals(host);
    }

    private static List<String> names(
            String name, PublicAddress publicIp, PrivateAddress privateIp, SshAccess.Address address) {
        return List.of(name, address == SshAccess.Address.PRIVATE ? privateIp.text() : publicIp.text());
    }
}
