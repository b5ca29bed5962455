package sessionctl.lab;

import static sessionctl.lab.DrillCluster.FOUR;
import static sessionctl.lab.DrillCluster.THREE;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The inventories that an operator writes during a cluster's life. */
record Inventories(Lab lab) {
    /** Less than PHP's default of one second, so that pages wait less for a droplet that is down. */
    private static final String TIMEOUT = "sessions: {server_timeout: 0.4}\n";

    /** Writes an inventory with these settings and a line for each droplet. */
    Path of(String settings, List<String> droplets) {
        return lab.file(
                "ssh: {key: " + lab.key() + "}\n" + TIMEOUT + settings + "droplets:\n" + String.join("", droplets),
                ".yml");
    }

    private List<String> lines(List<String> hosts) {
        return hosts.stream().map(host -> lab.host(host).inventoryLine()).toList();
    }

    Path three() {
        return three("");
    }

    /** Writes an inventory of three droplets with other settings. */
    Path three(String settings) {
        return of(settings, lines(THREE));
    }

    Path four() {
        return of("", lines(FOUR));
    }

    Path fourthLeaves() {
        List<String> lines = new ArrayList<>(lines(THREE));
        lines.add(lab.host("lamp04").inventoryLine().replace("{name: lamp04,", "{name: lamp04, leaving: true,"));
        return of("", lines);
    }

    /** Writes an inventory in which another machine has the name of the third droplet, which has died. */
    Path thirdIs(String host) {
        List<String> lines = new ArrayList<>(lines(List.of("lamp01", "lamp02")));
        lines.add(lab.host(host).inventoryLine().replace(host, "lamp03"));
        return of("", lines);
    }
}
