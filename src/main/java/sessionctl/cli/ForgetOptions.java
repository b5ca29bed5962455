package sessionctl.cli;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;

/** Servers whose lines were deleted from the inventory on purpose. */
final class ForgetOptions {
    private static final String IPV4 = "\\d{1,3}([.]\\d{1,3}){3}";

    @Option(
            names = "--forget",
            split = ",",
            paramLabel = "ADDRESS",
            description = "Go on although the server at this private address is no longer in the inventory and still"
                    + " answers; may be given several times.")
    private Set<String> addresses = new LinkedHashSet<>();

    /** The addresses, which must not be those of droplets in the inventory. */
    Set<String> addresses(Cluster cluster) {
        for (String address : addresses) {
            if (!address.matches(IPV4)) {
                throw refused(address, "is not a private IPv4 address");
            }
            for (Droplet droplet : cluster.droplets()) {
                if (droplet.privateIp().text().equals(address)) {
                    throw refused(address, "is " + droplet.name() + ", which is in the inventory");
                }
            }
        }
        return addresses;
    }

    private static CliFailure refused(String address, String why) {
        return new CliFailure(
                ExitCode.USAGE,
                "--forget: " + address + " " + why + "; give the address of a server whose line was deleted");
    }

    /** These options again, and more words of a command line behind them. */
    String[] with(String... more) {
        return Stream.concat(addresses.stream().flatMap(a -> Stream.of("--forget", a)), Stream.of(more))
                .toArray(String[]::new);
    }
}
