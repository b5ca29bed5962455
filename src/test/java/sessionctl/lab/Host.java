package sessionctl.lab;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A droplet of a test's lab, with its addresses and its SSH login.
 *
 * @param installed true to boot it with Apache, PHP and memcached installed; false for a bare one
 */
public record Host(String name, String publicIp, String privateIp, int port, String user, boolean installed) {
    /** Returns this many droplets with the names and addresses of the lab. */
    static List<Host> numbered(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> numbered(i, 22, "root"))
                .toList();
    }

    static Host numbered(int number, int port, String user) {
        String name = String.format("lamp%02d", number);
        return new Host(name, "10.99.0." + number, "10.98.0." + number, port, user, false);
    }

    /** Returns these droplets with packages installed, which saves a minute of a processor for each. */
    static List<Host> installed(List<Host> bare) {
        return bare.stream()
                .map(h -> new Host(h.name, h.publicIp, h.privateIp, h.port, h.user, true))
                .toList();
    }

    String tableLine() {
        return String.join(" ", name, publicIp, privateIp, Integer.toString(port), user);
    }

    String inventoryLine() {
        return "  - {name: " + name + ", public_ip: " + publicIp + ", private_ip: " + privateIp + ", ssh: {port: "
                + port + ", user: " + user + "}}\n";
    }
}
