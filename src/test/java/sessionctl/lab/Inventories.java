package sessionctl.lab;

import static sessionctl.lab.DrillGround.FOUR;
import static sessionctl.lab.DrillGround.THREE;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What an operator writes down in the course of a cluster's life. */
record Inventories(Lab lab) {
    /** Less than PHP's own second, so that a droplet that is down keeps no page for so long. */
    private static final String TIMEOUT = "sessions: {server_timeout: 0.4}\n";

    /** An inventory of these lines, a droplet each. */
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

    /** With other settings. */
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

    /** The third droplet has died, and another machine has its name. */
    Path thirdIs(String host) {
        List<String> lines = new ArrayList<>(lines(List.of("lamp01", "lamp02")));
        lines.add(lab.host(host).inventoryLine().replace(host, "lamp03"));
        return of("", lines);
    }
}
