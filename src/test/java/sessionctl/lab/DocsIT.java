package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Runs the commands of the documentation pages on real droplets, in their order. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DocsIT {
    private static final String LEAVING = "sed -i 's/name: lamp04,/name: lamp04, leaving: true,/' \"$1\"";

    /** An edit: the third droplet has died, and the fourth, a fresh machine, gets its name. */
    private static final String REPLACED =
            "sed -i -e '/name: lamp03,/d' -e 's/name: lamp04, leaving: true,/name:" + " lamp03,/' \"$1\"";

    private static Path folder(Lab lab) throws IOException {
        Path folder = lab.folder().resolve("reader");
        Files.createDirectories(folder);
        return folder;
    }

    private static void program(Path folder, String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /**
     * Runs the commands of a page.
     *
     * @param edits shell scripts that stand for the reader's edits, one for each start of the editor; the file is $1
     */
    private static void type(Lab lab, String page, String... edits) throws IOException {
        type(lab, page, () -> {}, edits);
    }

    /** Runs the commands of a page, and an incident before the last edit. */
    private static void type(Lab lab, String page, Runnable incident, String... edits) throws IOException {
        Path folder = folder(lab);
        program(folder, "sessionctl", "exec " + String.join(" ", Program.java()) + " -jar " + Lab.JAR + " \"$@\"");
        for (int i = 0; i < edits.length; i++) {
            Files.writeString(folder.resolve("edit" + (i + 1)), edits[i]);
        }
        program(folder, "editor", "n=$(($(cat edits) + 1)); echo $n >edits; sh -eu ./edit$n \"$1\"");
        Files.writeString(folder.resolve("edits"), "0");
        List<String> blocks = DocPage.of(page).blocks();
        assertThat(blocks).isNotEmpty();
        String last = Integer.toString(edits.length - 1);
        for (String block : blocks) {
            if (block.contains("$EDITOR")
                    && Files.readString(folder.resolve("edits")).strip().equals(last)) {
                incident.run();
            }
            Map<String, String> environment = new HashMap<>();
            environment.put("EDITOR", folder.resolve("editor").toString());
            environment.put("PATH", folder + ":" + System.getenv("PATH"));
            lab.command(environment, "sh", "-euc", "cd " + folder + "\n" + block)
                    .await(Duration.ofMinutes(5))
                    .exits(0)
                    .withoutTraces();
        }
        assertThat(folder.resolve("edits")).hasContent(Integer.toString(edits.length));
    }

    private static String copy(Path inventory) {
        return "cp " + inventory + " \"$1\"";
    }

    @Test
    @Order(1)
    void theCommandsOfFirstClusterMakeACluster() throws IOException {
        Lab lab = SharedCluster.bare();
        type(lab, "first-cluster", copy(SharedCluster.inventory()));
        Browser.assertSessionsShared(lab, "lamp01", "lamp02", "lamp03");
    }

    @Test
    @Order(2)
    void theCommandsOfFirewallAddAndRemoveTheRules() throws IOException {
        Lab lab = SharedCluster.inService();
        Files.copy(
                SharedCluster.inventory(), folder(lab).resolve("inventory.yml"), StandardCopyOption.REPLACE_EXISTING);
        type(lab, "firewall");
        assertThat(lab.onHost("lamp01", "iptables -S")).doesNotContain("-N SESSIONCTL\n");
    }

    @Test
    @Order(3)
    void theCommandsOfDayTwoReplaceADeadDroplet() throws IOException {
        Lab lab = SharedCluster.inService();
        lab.script("reset", "lamp04");
        type(
                lab,
                "day-two",
                () -> lab.script("kill", "lamp03"),
                copy(lab.inventoryWith("memcached: {memory: 80}\n", "lamp01", "lamp02", "lamp03")),
                copy(lab.inventoryWith("memcached: {memory: 80}\n", "lamp01", "lamp02", "lamp03", "lamp04")),
                LEAVING,
                REPLACED);
        Browser.assertSessionsShared(lab, "lamp01", "lamp02", "lamp04");
        // The old lamp03 would start again with its former state, and later tests expect a fresh fourth droplet.
        lab.script("reset", "lamp03");
        lab.script("reset", "lamp04");
        lab.provision(SharedCluster.inventory(), "--limit", "lamp01,lamp02", "--forget", "10.98.0.4");
        lab.run("firewall", SharedCluster.inventory().toString(), "--limit", "lamp01,lamp02", "--remove");
    }
}
