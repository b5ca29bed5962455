package sessionctl.lab;

import java.util.List;
import java.util.stream.IntStream;

/** A droplet of a test's lab. */
record Host(String name, String publicIp, String privateIp, int port, String user) {
    /** This many, as the lab itself numbers them. */
    static List<Host> numbered(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> numbered(i, 22, "root"))
                .toList();
    }

    static Host numbered(int number, int port, String user) {
        String name = String.format("lamp%02d", number);
        return new Host(name, "10.99.0." + number, "10.98.0." + number, port, user);
    }

    String tableLine() {
        return String.join(" ", name, publicIp, privateIp, Integer.toString(port), user);
    }

    String inventoryLine() {
        return "  - {name: " + name + ", public_ip: " + publicIp + ", private_ip: " + privateIp + ", ssh: {port: "
                + port + ", user: " + user + "}}\n";
    }
}
