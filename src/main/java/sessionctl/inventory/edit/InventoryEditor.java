package sessionctl.inventory.edit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Inventory;

/** Edits the text of an inventory in place, and checks that the result means exactly what the edit intends. */
public final class InventoryEditor {
    private InventoryEditor() {}

    /**
     * Returns the edited text; the same text if the inventory is already as intended.
     *
     * @param text the text of a valid inventory
     * @param variables the values of {@code ${NAME}}, by name
     * @throws RefusedEditException if the edit contradicts the inventory, or the text cannot be edited safely
     */
    public static String apply(InventoryEdit edit, String text, Map<String, String> variables)
            throws RefusedEditException {
        Cluster before = Inventory.parse("", text, variables)
                .orElseThrow(problems -> new RefusedEditException("line "
                        + problems.get(0).line() + ": " + problems.get(0).fault()));
        List<Droplet> expected = edit.expected(before);
        if (expected.equals(before.droplets())) {
            return text;
        }
        DropletList list = DropletList.of(text);
        int index = before.droplets().stream().map(Droplet::name).toList().indexOf(edit.name());
        String after = Splice.apply(text, splices(edit, list, index, before));
        Cluster result = Inventory.parse("", after, variables)
                .orElseThrow(problems -> unsafe(" (line " + problems.get(0).line() + " would be wrong: "
                        + problems.get(0).fault() + ")"));
        if (!isExpected(result, before, expected, edit)) {
            throw unsafe("");
        }
        return after;
    }

    private static List<Splice> splices(InventoryEdit edit, DropletList list, int index, Cluster before)
            throws RefusedEditException {
        if (edit instanceof InventoryEdit.Add add) {
            return list.append(add.droplet());
        }
        if (edit instanceof InventoryEdit.Leave) {
            return List.of(list.items.get(index).markLeaving());
        }
        if (edit instanceof InventoryEdit.Replace replace) {
            return addresses(list.items.get(index), before.droplets().get(index), replace.droplet());
        }
        return list.delete(index);
    }

    private static List<Splice> addresses(DropletItem item, Droplet old, Droplet fresh) throws RefusedEditException {
        List<Splice> splices = new ArrayList<>();
        if (!old.publicIp().equals(fresh.publicIp())) {
            splices.add(item.replace("public_ip", fresh.publicIp().text()));
        }
        if (!old.privateIp().equals(fresh.privateIp())) {
            splices.add(item.replace("private_ip", fresh.privateIp().text()));
        }
        return splices;
    }

    private static boolean isExpected(Cluster result, Cluster before, List<Droplet> expected, InventoryEdit edit) {
        List<Droplet> droplets = expected;
        if (edit instanceof InventoryEdit.Add add && result.droplets().size() == expected.size()) {
            // The new droplet has the shared settings of ssh, and no key of its own.
            Droplet fresh = result.droplets().get(expected.size() - 1);
            Droplet wanted = new Droplet(
                    add.name(), add.droplet().publicIp(), add.droplet().privateIp(), fresh.ssh(), null, false);
            droplets = new ArrayList<>(before.droplets());
            droplets.add(wanted);
        }
        return result.equals(new Cluster(
                before.name(), droplets, before.memcached(), before.sessions(), before.php(), before.firewall()));
    }

    private static RefusedEditException unsafe(String why) {
        return new RefusedEditException(
                "its droplets are written in a way that cannot be edited safely" + why + "; edit the file by hand");
    }
}
