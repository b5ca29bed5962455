package sessionctl.inventory.edit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Inventory;
import sessionctl.inventory.yaml.Variables;

/** A change of the list of droplets. */
public sealed interface InventoryEdit {
    /** Returns the droplet that changes. */
    String name();

    /**
     * Returns the droplets after the edit; equal ones if there is nothing to edit.
     *
     * @throws RefusedEditException if the edit contradicts the inventory
     */
    List<Droplet> expected(Cluster before) throws RefusedEditException;

    /**
     * Returns the edit that appends a droplet.
     *
     * @throws RefusedEditException if the name or an address is invalid
     */
    static InventoryEdit add(String name, String publicIp, String privateIp) throws RefusedEditException {
        return new Add(droplet(name, publicIp, privateIp));
    }

    /**
     * Returns the edit that gives a droplet other addresses.
     *
     * @throws RefusedEditException if the name or an address is invalid
     */
    static InventoryEdit replace(String name, String publicIp, String privateIp) throws RefusedEditException {
        return new Replace(droplet(name, publicIp, privateIp));
    }

    /** Returns the edit that marks a droplet with {@code leaving: true}. */
    static InventoryEdit leave(String name) {
        return new Leave(name);
    }

    /** Returns the edit that deletes a droplet. */
    static InventoryEdit delete(String name) {
        return new Delete(name);
    }

    private static Droplet droplet(String name, String publicIp, String privateIp) throws RefusedEditException {
        String values = Stream.of(
                        "name: " + quoted(name), "public_ip: " + quoted(publicIp), "private_ip: " + quoted(privateIp))
                .collect(Collectors.joining(", "));
        Inventory read = Inventory.parse("", "droplets: [{" + values + "}]");
        if (!read.problems().isEmpty()) {
            Map<String, String> labels = Map.of(
                    "droplets[0].name", "NAME",
                    "droplets[0].public_ip", "PUBLIC",
                    "droplets[0].private_ip", "PRIVATE");
            throw new RefusedEditException(read.problems().stream()
                    .map(p -> labels.getOrDefault(p.path(), "the arguments") + ": " + p.fault() + "; " + p.expected())
                    .collect(Collectors.joining("; ")));
        }
        return read.orElseThrow(p -> new IllegalStateException()).droplets().get(0);
    }

    private static String quoted(String value) {
        return "'" + Variables.escaped(value).replace("'", "''") + "'";
    }

    /**
     * Returns the position of a droplet.
     *
     * @throws RefusedEditException if the inventory has none of this name
     */
    private static int index(Cluster cluster, String name) throws RefusedEditException {
        List<String> names = cluster.droplets().stream().map(Droplet::name).toList();
        if (!names.contains(name)) {
            throw new RefusedEditException("there is no droplet " + name + "; it has " + String.join(", ", names));
        }
        return names.indexOf(name);
    }

    private static void refuseTaken(Stream<Droplet> others, Droplet droplet) throws RefusedEditException {
        for (Droplet other : others.toList()) {
            for (String address :
                    List.of(droplet.publicIp().text(), droplet.privateIp().text())) {
                if (List.of(other.publicIp().text(), other.privateIp().text()).contains(address)) {
                    throw new RefusedEditException(address + " is the address of " + other.name()
                            + " already; give the addresses of the new server");
                }
            }
        }
    }

    private static boolean sameAddresses(Droplet a, Droplet b) {
        return a.publicIp().equals(b.publicIp()) && a.privateIp().equals(b.privateIp());
    }

    private static List<Droplet> with(Cluster cluster, int index, Droplet droplet) {
        List<Droplet> droplets = new ArrayList<>(cluster.droplets());
        droplets.set(index, droplet);
        return droplets;
    }

    /** Appends a droplet. */
    record Add(Droplet droplet) implements InventoryEdit {
        @Override
        public String name() {
            return droplet.name();
        }

        @Override
        public List<Droplet> expected(Cluster before) throws RefusedEditException {
            for (Droplet other : before.droplets()) {
                if (other.name().equalsIgnoreCase(droplet.name())) {
                    return same(before, other);
                }
            }
            refuseTaken(before.droplets().stream(), droplet);
            return Stream.concat(before.droplets().stream(), Stream.of(droplet)).toList();
        }

        private List<Droplet> same(Cluster before, Droplet other) throws RefusedEditException {
            if (!other.name().equals(droplet.name()) || !sameAddresses(other, droplet)) {
                throw new RefusedEditException(other.name() + " is there already, with " + other.publicIp() + " and "
                        + other.privateIp() + "; give another name, or use replace for other addresses");
            }
            if (other.leaving()) {
                throw new RefusedEditException(
                        other.name() + " is there and leaves the cluster; delete its leaving: true to keep it");
            }
            return before.droplets();
        }
    }

    /** Sets {@code leaving: true}. */
    record Leave(String name) implements InventoryEdit {
        @Override
        public List<Droplet> expected(Cluster before) throws RefusedEditException {
            int index = index(before, name);
            Droplet d = before.droplets().get(index);
            if (before.staying().equals(List.of(d))) {
                throw new RefusedEditException(name + " is the only droplet that stays, and a cluster needs one;"
                        + " add another one first, or see the page Uninstall (src/docs/uninstall.md)");
            }
            return with(
                    before,
                    index,
                    new Droplet(d.name(), d.publicIp(), d.privateIp(), d.ssh(), d.privateInterface(), true));
        }
    }

    /** Deletes a droplet. */
    record Delete(String name) implements InventoryEdit {
        @Override
        public List<Droplet> expected(Cluster before) throws RefusedEditException {
            List<Droplet> rest = new ArrayList<>(before.droplets());
            rest.remove(index(before, name));
            return rest;
        }
    }

    /** Gives a droplet other addresses. */
    record Replace(Droplet droplet) implements InventoryEdit {
        @Override
        public String name() {
            return droplet.name();
        }

        @Override
        public List<Droplet> expected(Cluster before) throws RefusedEditException {
            int index = index(before, name());
            Droplet old = before.droplets().get(index);
            if (old.leaving()) {
                throw new RefusedEditException(
                        name() + " leaves the cluster; delete its leaving: true first, or add a droplet instead");
            }
            refuseTaken(before.droplets().stream().filter(d -> !d.equals(old)), droplet);
            return with(
                    before,
                    index,
                    new Droplet(
                            name(), droplet.publicIp(), droplet.privateIp(), old.ssh(), old.privateInterface(), false));
        }
    }
}
