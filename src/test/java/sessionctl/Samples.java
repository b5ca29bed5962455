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
import sessionctl.facts.InvalidAnswerException;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Inventory;
import sessionctl.membership.MemberStatus;
import sessionctl.membership.MembershipChange;
import sessionctl.membership.PeerBlocks;
import sessionctl.membership.Role;
import sessionctl.state.DropletState;
import sessionctl.state.FileState;
import sessionctl.state.GuardState;
import sessionctl.state.MemcachedStats;
import sessionctl.state.SentinelState;
import sessionctl.state.UnsupportedDropletException;

/** Clusters, answers and templates for tests. */
public final class Samples {
    /** What systemctl shows of a sentinel that runs. */
    public static final String SENTINEL =
            "Id=sessionctl-sentinel.service\nActiveState=active\nSubState=running\nUnitFileState=enabled\n";

    private Samples() {}

    /** Parses an inventory that must be valid. */
    public static Cluster cluster(String inventory) {
        return Inventory.parse("inventory.yml", inventory)
                .orElseThrow(problems -> new AssertionError(problems.toString()));
    }

    /** Reads an inventory file that must be valid. */
    public static Cluster cluster(Path inventory) throws IOException {
        return cluster(Files.readString(inventory));
    }

    /** Creates a cluster of droplets lamp01, lamp02, … with the addresses 203.0.113.n and 10.98.0.n. */
    public static Cluster lamps(int count) {
        StringBuilder text = new StringBuilder("droplets:\n");
        for (int i = 1; i <= count; i++) {
            text.append(
                    String.format("  - {name: lamp%02d, public_ip: 203.0.113.%d, private_ip: 10.98.0.%d}%n", i, i, i));
        }
        return cluster(text.toString());
    }

    /** Returns lamp01. */
    public static Droplet lamp01() {
        return lamps(1).droplets().get(0);
    }

    /**
     * Adds the guard, its unit and its sentinel to a droplet's answer if the answer shows that the droplet was
     * provisioned before.
     */
    public static Answer guarded(Answer answer, Cluster cluster, Droplet droplet) throws IOException {
        return guarded(answer, new DesiredStates(cluster, templates()), droplet);
    }

    /** Adds the guard, its unit and its sentinel to a droplet's answer, with desired states that were computed before. */
    public static Answer guarded(Answer answer, DesiredStates desired, Droplet droplet) {
        try {
            if (answer.raw().contains(" /etc/systemd/system/memcached.service.d/sessionctl.conf\n")) {
                DropletState wanted = desired.stateOf(droplet, FactsProbe.parse(answer.result()));
                wanted.files().forEach((path, file) -> {
                    if (path.contains("/sessionctl") && file instanceof FileState.Present present) {
                        answer.with("file " + present.mode() + " " + present.owner() + " " + path, present.content());
                    }
                });
                if (wanted.services().containsKey(SentinelState.SERVICE)) {
                    answer.with("services", answer.text("services") + "\n" + SENTINEL);
                }
            }
            return answer;
        } catch (InvalidAnswerException | UnsupportedDropletException e) {
            return answer;
        }
    }

    /** Returns the status of a member that is alone in its cluster and holds sessions. */
    public static MemberStatus member() {
        return new MemberStatus(
                Role.MEMBER,
                "it is alone",
                GuardState.NONE,
                new MemcachedStats(1000, 64 << 20, 10, 0),
                List.of(),
                List.of(),
                PeerBlocks.NONE,
                MembershipChange.NONE);
    }

    /** Returns the names of a cluster's droplets. */
    public static List<String> names(Cluster cluster) {
        return cluster.droplets().stream().map(Droplet::name).toList();
    }

    /** Reads the shipped templates, by their names. */
    public static Map<String, String> templateTexts() throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        for (String name : TemplateSet.NAMES) {
            texts.put(name, Files.readString(Path.of("templates", name), StandardCharsets.UTF_8));
        }
        return texts;
    }

    /** Returns the shipped templates. */
    public static TemplateSet templates() throws IOException {
        return new TemplateSet(templateTexts());
    }
}
