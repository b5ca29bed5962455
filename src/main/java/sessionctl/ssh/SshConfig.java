package sessionctl.ssh;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.JumpHost;
import sessionctl.inventory.PrivateAddress;
import sessionctl.inventory.PublicAddress;
import sessionctl.inventory.SshAccess;
import sessionctl.inventory.UsualAccess;

/**
 * What {@code ~/.ssh/config} and the system's ssh_config say, as a value. What the inventory says goes before it. A Host
 * line may call a droplet by its name or by its address.
 *
 * @param files in the order in which they are read; in each the first that speaks decides
 */
public record SshConfig(List<ConfigBlock> files, Surroundings here) implements UsualAccess {
    /** Nothing is configured. */
    public static final SshConfig NONE =
            new SshConfig(List.of(), new Surroundings(System.getProperty("user.name"), "", name -> null));

    /** Copies the files. */
    public SshConfig {
        files = List.copyOf(files);
    }

    /** What is said of a host. */
    HostSettings about(Destination asked) {
        if (files.isEmpty()) {
            return HostSettings.SILENT;
        }
        HostReading reading = new HostReading(asked, here);
        files.forEach(reading::read);
        return reading.settings();
    }

    /** What is said of a host on the way. */
    HostSettings about(JumpHost hop) {
        return about(new Destination(List.of(hop.host()), hop.user(), hop.port(), here.user()));
    }

    /** What is said of a droplet, whose login and port are settled. */
    HostSettings about(Droplet droplet) {
        SshAccess ssh = droplet.ssh();
        List<String> names = names(droplet.name(), droplet.publicIp(), droplet.privateIp(), ssh.address());
        String usual = SshAccess.usual().user();
        HostSettings said = about(new Destination(names, null, ssh.port(), usual));
        boolean configured = ssh.user().equals(said.user() == null ? usual : said.user());
        // Another login than the configured one is the inventory's, and goes before it.
        return configured ? said : about(new Destination(names, ssh.user(), ssh.port(), usual));
    }

    @Override
    public SshAccess of(String name, PublicAddress publicIp, PrivateAddress privateIp, SshAccess written) {
        SshAccess usual = SshAccess.usual();
        String user = written.user().equals(SILENT.user()) ? null : written.user();
        Integer port = written.port() == SILENT.port() ? null : written.port();
        List<String> names = names(name, publicIp, privateIp, written.address());
        HostSettings said = about(new Destination(names, user, port, usual.user()));
        boolean inside = privateIp.text().equals(said.hostName());
        return new SshAccess(
                said.user() == null ? usual.user() : said.user(),
                said.port() == null ? usual.port() : said.port(),
                null,
                null,
                null,
                inside ? SshAccess.Address.PRIVATE : usual.address(),
                said.jump() == null ? usual.jump() : said.jump());
    }

    /** What is said of these droplets, but not understood or not true of them; a sentence each. */
    public List<String> remarks(List<Droplet> droplets) {
        Set<String> remarks = new LinkedHashSet<>();
        for (Droplet droplet : droplets) {
            HostSettings said = about(droplet);
            remarks.addAll(said.remarks());
            droplet.ssh().jump().forEach(hop -> remarks.addAll(about(hop).remarks()));
            if (said.hasAddress() && !hasAddress(droplet, said.hostName())) {
                remarks.add("ssh's configuration says HostName " + said.hostName() + " for " + droplet
                        + ", but the inventory's address is what counts; should they be two machines, the Host line may"
                        + " list the address instead of the name");
            }
        }
        return List.copyOf(remarks);
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
