package sessionctl.ssh;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.PrivateAddress;
import sessionctl.inventory.PublicAddress;
import sessionctl.inventory.SshAccess;
import sessionctl.inventory.UsualAccess;

/**
 * What {@code ~/.ssh/config} and the system's ssh_config say, as a value. What the inventory says goes before it. A Host
 * line may call a droplet by its name or by its address.
 *
 * @param files in the order in which they are read; in each the first that speaks decides
 * @param localUser the login here
 * @param home the folder that {@code ~} stands for
 * @param environment the value of an environment variable, or null
 */
public record SshConfig(
        List<ConfigBlock> files, String localUser, String home, Function<String, @Nullable String> environment)
        implements UsualAccess {
    /** Nothing is configured. */
    public static final SshConfig NONE = new SshConfig(List.of(), System.getProperty("user.name"), "", name -> null);

    /** Copies the files. */
    public SshConfig {
        files = List.copyOf(files);
    }

    /** What is said of a host, by any of these names; the last is what is connected to. */
    HostSettings about(List<String> names) {
        if (files.isEmpty()) {
            return HostSettings.SILENT;
        }
        HostReading reading = new HostReading(names, localUser, new HostReading.Surroundings(home, environment));
        files.forEach(reading::read);
        return reading.settings();
    }

    /** What is said of a droplet. */
    HostSettings about(Droplet droplet) {
        SshAccess.Address address = droplet.ssh().address();
        return about(names(droplet.name(), droplet.publicIp(), droplet.privateIp(), address));
    }

    @Override
    public SshAccess of(String name, PublicAddress publicIp, PrivateAddress privateIp, SshAccess.Address address) {
        HostSettings said = about(names(name, publicIp, privateIp, address));
        SshAccess usual = SshAccess.usual();
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
            droplet.ssh()
                    .jump()
                    .forEach(hop -> remarks.addAll(about(List.of(hop.host())).remarks()));
            String host = said.hostName();
            if (host != null && host.matches("[0-9.]+|.*:.*") && !hasAddress(droplet, host)) {
                remarks.add("ssh's configuration says HostName " + host + " for " + droplet
                        + ", but the inventory's address is what counts; should they be two machines, the Host line may"
                        + " list the address instead of the name");
            }
        }
        return List.copyOf(remarks);
    }

    private static boolean hasAddress(Droplet droplet, String host) {
        return host.equals(droplet.publicIp().text())
                || host.equals(droplet.privateIp().text());
    }

    private static List<String> names(
            String name, PublicAddress publicIp, PrivateAddress privateIp, SshAccess.Address address) {
        return List.of(name, address == SshAccess.Address.PRIVATE ? privateIp.text() : publicIp.text());
    }
}
