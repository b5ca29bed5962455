package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Listings of the files on a droplet's disk, to find changes. */
final class Disk {
    private Disk() {}

    /** Paths at which the droplet itself writes, at a login or at any time. */
    private static final String OWN =
            "-path /var/log -o -path /run -o -path /proc -o -path /sys -o -path /dev -o -path /tmp"
                    + " -o -path /var/tmp -o -path /var/lib/systemd -o -path /srv/apt";

    /**
     * Type, mode, owner, size, times and link target of each file, and checksums in the folders that hold settings or
     * state.
     */
    private static final String LISTING = "find / -xdev \\( " + OWN
            + " \\) -prune -o -printf '%p %y %m %u:%g %s %T@ %C@ %l\\n'\n"
            + "find /etc /root /home /var/lib/dpkg /var/lib/apt /opt -xdev -type f -exec sha256sum {} +";

    /** Lists the disks of these droplets. */
    static Snapshot snapshot(Lab lab, List<String> hosts) {
        return new Snapshot(lab, hosts, lab.onHosts(hosts, LISTING));
    }

    /**
     * The disks of several droplets at one time.
     *
     * @param listings the disk of each droplet, in the order of the hosts
     */
    record Snapshot(Lab lab, List<String> hosts, List<String> listings) {
        /** Fails if a file was added, removed or changed. */
        void assertUnchanged() {
            List<String> now = lab.onHosts(hosts, LISTING);
            for (int i = 0; i < hosts.size(); i++) {
                Set<String> before = listings.get(i).lines().collect(Collectors.toSet());
                Set<String> after = now.get(i).lines().collect(Collectors.toSet());
                assertThat(after.stream().filter(line -> !before.contains(line)))
                        .as("new on %s", hosts.get(i))
                        .isEmpty();
                assertThat(before.stream().filter(line -> !after.contains(line)))
                        .as("gone from %s", hosts.get(i))
                        .isEmpty();
            }
        }
    }

    /** Lists temporary files of the program that were not removed. */
    static String leftBehind(Lab lab, String host) {
        return lab.onHost(
                host,
                "find / -xdev \\( -path /proc -o -path /sys -o -path /srv/apt \\) -prune -o"
                        + " \\( -name '*sessionctl-new*' -o -path '/var/lib/sessionctl/*.part' \\) -print\n"
                        + "find /var/lib/sessionctl -mindepth 1 -maxdepth 1 ! -name original ! -name owed"
                        + " ! -name firewall ! -name guard\n"
                        + "find /var/lib/sessionctl/owed /var/lib/sessionctl/guard -type f ! -name seen 2>/dev/null; true");
    }
}
