package sessionctl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import sessionctl.desired.DesiredStates;
import sessionctl.desired.TemplateSet;
import sessionctl.facts.FactsProbe;
import sessionctl.facts.UnreadableFact;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Inventory;
import sessionctl.state.DropletState;
import sessionctl.state.FileState;
import sessionctl.state.Gate;
import sessionctl.state.Role;
import sessionctl.state.Standing;
import sessionctl.state.Stored;
import sessionctl.state.Turnover;
import sessionctl.state.Unfit;
import sessionctl.state.Ways;

/** Clusters and templates that tests begin with. */
public final class Samples {
    private Samples() {}

    /** A cluster of this inventory. */
    public static Cluster cluster(String inventory) {
        return Inventory.parse("inventory.yml", inventory)
                .orElseThrow(problems -> new AssertionError(problems.toString()));
    }

    /** The cluster of a case. */
    public static Cluster cluster(Path inventory) throws IOException {
        return cluster(Files.readString(inventory));
    }

    /** Droplets lamp01 and on with 203.0.113.n and 10.98.0.n. */
    public static Cluster lamps(int count) {
        StringBuilder text = new StringBuilder("droplets:\n");
        for (int i = 1; i <= count; i++) {
            text.append(
                    String.format("  - {name: lamp%02d, public_ip: 203.0.113.%d, private_ip: 10.98.0.%d}%n", i, i, i));
        }
        return cluster(text.toString());
    }

    /** The first of them. */
    public static Droplet lamp01() {
        return lamps(1).droplets().get(0);
    }

    /** A droplet's answer with the guard and its unit in place, if it ever was provisioned. */
    public static Answer guarded(Answer answer, Cluster cluster, Droplet droplet) throws IOException {
        return guarded(answer, new DesiredStates(cluster, templates()), droplet);
    }

    /** The same where it is known already what the templates make of the cluster. */
    public static Answer guarded(Answer answer, DesiredStates desired, Droplet droplet) {
        try {
            if (answer.raw().contains(" /etc/systemd/system/memcached.service.d/sessionctl.conf\n")) {
                DropletState wanted =
                        desired.of(droplet, FactsProbe.parse(answer.result())).state();
                wanted.files().forEach((path, file) -> {
                    if (path.contains("/sessionctl") && file instanceof FileState.Present present) {
                        answer.with("file " + present.mode() + " " + present.owner() + " " + path, present.content());
                    }
                });
            }
            return answer;
        } catch (UnreadableFact | Unfit e) {
            return answer;
        }
    }

    /** A memcached that PHP's lists name, that holds something and that nobody else could refill. */
    public static Standing member() {
        return new Standing(
                Role.MEMBER,
                "it is alone",
                Gate.NONE,
                new Stored(1000, 64 << 20, 10, 0),
                List.of(),
                List.of(),
                Ways.NONE,
                Turnover.NONE);
    }

    /** A cluster's droplets by their names. */
    public static List<String> names(Cluster cluster) {
        return cluster.droplets().stream().map(Droplet::name).toList();
    }

    /** The templates' texts as they ship. */
    public static Map<String, String> templateTexts() throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        for (String name : TemplateSet.NAMES) {
            texts.put(name, Files.readString(Path.of("templates", name), StandardCharsets.UTF_8));
        }
        return texts;
    }

    /** The templates as they ship. */
    public static TemplateSet templates() throws IOException {
        return new TemplateSet(templateTexts());
    }
}
