package sessionctl.cli;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import sessionctl.action.ActionFailure;
import sessionctl.action.ExitCode;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Ipv4;

/** The option that names servers whose lines were deleted from the inventory on purpose. */
final class ForgetOptions {

    @Option(
            names = "--forget",
            split = ",",
            paramLabel = "ADDRESS",
            description = "Continue although the server at this private address is no longer in the inventory and"
                    + " still answers; may be given several times.")
    private Set<String> addresses = new LinkedHashSet<>();

    /**
     * Returns the addresses; empty if none were given.
     *
     * @throws ActionFailure if one is no IPv4 address, or is the private address of a droplet in the inventory
     */
    Set<String> addresses(Cluster cluster) {
        for (String address : addresses) {
            if (Ipv4.parse(address).isEmpty()) {
                throw refused(address, "is not an IPv4 address");
            }
            for (Droplet droplet : cluster.droplets()) {
                if (droplet.privateIp().text().equals(address)) {
                    throw refused(address, "is " + droplet.name() + ", which is in the inventory");
                }
            }
        }
        return addresses;
    }

    private static ActionFailure refused(String address, String why) {
        return new ActionFailure(
                ExitCode.USAGE,
                "--forget: " + address + " " + why + "; give the address of a server whose line was deleted");
    }

    /** Returns these options as words of a command line, followed by more words. */
    String[] with(String... more) {
        return Stream.concat(addresses.stream().flatMap(a -> Stream.of("--forget", a)), Stream.of(more))
                .toArray(String[]::new);
    }
}
