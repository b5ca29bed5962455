package sessionctl.action;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.desired.DesiredStates;
import sessionctl.fleet.FakeShells;
import sessionctl.fleet.Fleet;
import sessionctl.fleet.Progress;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.edit.InventoryEdit;
import sessionctl.inventory.edit.RefusedEditException;
import sessionctl.report.TextStyle;
import sessionctl.report.text.RunText;

/** Runs on droplets in memory that edit the inventory's file. */
@Timeout(20)
class EditedRunTest {
    private static final String THIRD = "  - {name: lamp03, public_ip: 203.0.113.3, private_ip: 10.98.0.3}\n";
    private static final String TWO = """
            # The shop.
            droplets:
              - {name: lamp01, public_ip: 203.0.113.1, private_ip: 10.98.0.1}
              - {name: lamp02, public_ip: 203.0.113.2, private_ip: 10.98.0.2}
            """;
    private static final String THREE = TWO + THIRD;
    private static final String LEAVING = THREE.replace("10.98.0.3}", "10.98.0.3, leaving: true}");
    private static final String RELOAD = "service apache2 action reload";

    @TempDir
    private Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private Path file() {
        return folder.resolve("shop.yml");
    }

    private EditedInventory inventory(String text, InventoryEdit edit) throws IOException {
        Files.writeString(file(), text);
        return new EditedInventory(file().toString(), text, edit, Map.of());
    }

    private static EditedRun.Texts texts(String edit) {
        return new EditedRun.Texts(edit, "sessionctl again", "Some advice.");
    }

    private EditedRun adding() throws IOException, RefusedEditException {
        EditedInventory inventory = inventory(TWO, InventoryEdit.add("lamp03", "203.0.113.3", "10.98.0.3"));
        return new EditedRun(inventory, texts("has lamp03 now"));
    }

    private RemovalRun removing(boolean dead) throws IOException {
        return new RemovalRun(
                inventory(THREE, InventoryEdit.leave("lamp03")),
                texts("marks lamp03"),
                "lamp03",
                dead,
                "sessionctl remove lamp03 --dead");
    }

    private int run(EditedRun hooks, boolean dryRun, FakeShells shells) throws IOException {
        Cluster cluster = Samples.cluster(hooks.inventory().text());
        ProvisionPlanner planner = new ProvisionPlanner(cluster, new DesiredStates(cluster, Samples.templates()));
        try (Fleet fleet = new Fleet(shells, 3, Progress.SILENT)) {
            Console console = new Console(
                    new PrintWriter(out), new PrintWriter(err), new RunText(TextStyle.PLAIN), Progress.SILENT);
            String command = hooks instanceof RemovalRun ? "remove" : "add";
            RunLeases lease = new RunLeases(command, fleet, console, Duration.ZERO);
            lease.beginWith(hooks::begin);
            ProvisionAction action = new ProvisionAction(command, planner, lease, false, new Remedies("shop.yml"));
            List<Droplet> all = cluster.droplets();
            if (dryRun) {
                return hooks.end(action.dryRun(all, false), true, planner, console);
            }
            return hooks.around(
                    () -> action.run(all, entries -> {
                        hooks.check(planner);
                        return entries;
                    }),
                    planner,
                    console);
        }
    }

    private static String answer(Cluster cluster, Droplet droplet, int servers) throws IOException {
        return facts(cluster, droplet, servers).result().stdout();
    }

    private static Answer facts(Cluster cluster, Droplet droplet, int servers) throws IOException {
        String list = "tcp://10.98.0.1:11211,tcp://10.98.0.2:11211" + (servers == 3 ? ",tcp://10.98.0.3:11211" : "");
        String own = droplet.privateIp().text();
        Answer answer = Answer.named("debian-12-provisioned")
                .replacing("tcp://10.98.0.1:11211", list)
                .replacing("session_redundancy=2", "session_redundancy=" + (servers + 1))
                .replacing("10.98.0.1/", own + "/")
                .replacing("-l 10.98.0.1", "-l " + own)
                .replacing("-l\n10.98.0.1", "-l\n" + own)
                .with("guard", "open 1795502181 0 sessions");
        return Samples.guarded(answer, cluster, droplet);
    }

    /** Returns the facts of a droplet whose memcached has been stopped for good. */
    private static Answer left(Answer answer) {
        return answer.replacing(
                "Id=memcached.service\nActiveState=active\nUnitFileState=enabled",
                "Id=memcached.service\nActiveState=inactive\nUnitFileState=disabled");
    }

    /** Opens shells on droplets whose lists have three servers; those of the first two become shorter. */
    private static FakeShells three() throws IOException {
        return three(LEAVING);
    }

    private static FakeShells three(String inventory) throws IOException {
        Cluster cluster = Samples.cluster(inventory);
        FakeShells shells = new FakeShells(Answer.named("debian-12-bare"));
        for (Droplet droplet : cluster.droplets()) {
            shells.answeringFacts(droplet.name(), answer(cluster, droplet, 3));
        }
        Map<String, String> later = new HashMap<>();
        for (Droplet droplet : cluster.droplets()) {
            Answer answer = facts(cluster, droplet, 2);
            later.put(
                    droplet.name(),
                    (droplet.name().equals("lamp03") ? left(answer) : answer)
                            .result()
                            .stdout());
        }
        return shells.watched(entry -> {
            if (entry.endsWith(RELOAD)) {
                String name = entry.substring(0, entry.indexOf(':'));
                shells.answeringFacts(name, later.getOrDefault(name, ""));
            }
        });
    }

    private static FakeShells withoutThird() throws IOException {
        return three().losing("lamp03: open", "lamp03 (203.0.113.3): no answer");
    }

    @Test
    void aDryRunEditsNothing() throws IOException, RefusedEditException {
        assertThat(run(adding(), true, three())).isZero();
        assertThat(file()).hasContent(TWO);
        assertThat(err.toString()).isEqualTo("Dry run: " + file() + " was not edited.\n");
    }

    @Test
    void aRunThatIsRefusedLeavesTheInventoryAsItWas() throws IOException, RefusedEditException {
        FakeShells shells = three().losing("lamp02: open", "lamp02 (203.0.113.2): no answer");
        assertThat(run(adding(), false, shells)).isEqualTo(4);
        assertThat(file()).hasContent(TWO);
        assertThat(err.toString()).endsWith(file() + " was not edited.\n");
    }

    @Test
    void aRefusedRunThatChangedNothingGivesTheAdviceOfItsCommand() throws IOException, RefusedEditException {
        FakeShells shells = three(THREE);
        shells.answeringFacts("lamp02", "nonsense");
        assertThat(run(adding(), false, shells)).isEqualTo(1);
        assertThat(file()).hasContent(TWO);
        assertThat(err.toString()).endsWith(file() + " was not edited. Some advice.\n");
    }

    @Test
    void aRunThatFindsNothingToChangeWritesTheInventory() throws IOException, RefusedEditException {
        FakeShells shells = three(THREE);
        assertThat(run(adding(), false, shells)).as("%s%s", out, err).isZero();
        assertThat(file()).hasContent(THREE);
        assertThat(err.toString()).endsWith(file() + " has lamp03 now.\n");
    }

    @Test
    void theInventoryIsWrittenBeforeTheFirstChange() throws IOException {
        RemovalRun removing = removing(true);
        FakeShells shells = withoutThird();
        shells.answering("lamp01: " + RELOAD, 1, "no");
        StringBuilder seen = new StringBuilder();
        shells.watched(entry -> {
            if (entry.equals("lamp01: away 10.98.0.3")) {
                try {
                    seen.append(Files.readString(file()));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        });
        assertThat(run(removing, false, shells)).isEqualTo(1);
        assertThat(seen).hasToString(LEAVING);
        assertThat(file()).hasContent(LEAVING);
        assertThat(err.toString())
                .endsWith(file() + " marks lamp03, but the run is not complete. To continue: sessionctl again\n");
    }

    @Test
    void aDeadDropletIsDeletedWhenTheOthersNoLongerUseIt() throws IOException {
        FakeShells shells = withoutThird();
        assertThat(run(removing(true), false, shells)).as("%s%s", out, err).isZero();
        assertThat(shells.changes("lamp01")).containsExactly("away 10.98.0.3", RELOAD, "back 10.98.0.3");
        assertThat(file()).hasContent(TWO);
        assertThat(err.toString()).endsWith("Deleted lamp03 from " + file() + ".\n");
    }

    /** Its settings are those that another droplet refers to. */
    @Test
    void aDropletThatCannotBeDeletedLaterIsRefusedBeforeTheRun() throws IOException {
        String shared = TWO.replace("10.98.0.1}", "10.98.0.1, ssh: &S {user: root}}")
                .replace("10.98.0.2}", "10.98.0.2, ssh: *S}");
        EditedInventory inventory = inventory(shared, InventoryEdit.leave("lamp01"));
        assertThatExceptionOfType(ActionFailure.class)
                .isThrownBy(() -> new RemovalRun(inventory, texts("marks lamp01"), "lamp01", false, "sessionctl again"))
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(5))
                .withMessageContaining("cannot be edited safely");
        assertThat(file()).hasContent(shared);
    }

    @Test
    void aDropletThatDoesNotAnswerIsNotTakenForOneThatHasLeft() throws IOException {
        FakeShells shells = withoutThird();
        RemovalRun removing = removing(false);
        assertThatExceptionOfType(ActionFailure.class)
                .isThrownBy(() -> run(removing, false, shells))
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(4))
                .withMessage("lamp03 could not be inspected; if it is dead: sessionctl remove lamp03 --dead");
        assertThat(file()).hasContent(THREE);
        assertThat(shells.changes("lamp01")).isEmpty();
        assertThat(run(removing(false), true, withoutThird())).isEqualTo(4);
        assertThat(err.toString()).contains("if it is dead: sessionctl remove lamp03 --dead");
    }

    @Test
    void aDropletThatAnswersAndLeavesIsDeletedAtTheEnd() throws IOException {
        FakeShells shells = three();
        assertThat(run(removing(false), false, shells)).as("%s%s", out, err).isZero();
        assertThat(shells.changes("lamp03")).isNotEmpty();
        assertThat(file()).hasContent(TWO);
        assertThat(err.toString()).contains("lamp03 has left the cluster.").doesNotContain("Delete it");
    }

    @Test
    void anotherEditDuringTheRunIsNotOverwritten() throws IOException {
        RemovalRun removing = removing(true);
        String other = THREE + "# another edit\n";
        Files.writeString(file(), other);
        FakeShells shells = withoutThird();
        assertThatExceptionOfType(ActionFailure.class)
                .isThrownBy(() -> run(removing, false, shells))
                .withMessageContaining("another program has changed it");
        assertThat(file()).hasContent(other);
        assertThat(shells.changes("lamp01")).isEmpty();
    }

    @Test
    void theFileKeepsItsModeAndItsLink() throws IOException {
        Files.createDirectory(folder.resolve("there"));
        Path target = Files.writeString(folder.resolve("there/real.yml"), THREE);
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r-----"));
        Path link = Files.createSymbolicLink(file(), Path.of("there/real.yml"));
        new EditedInventory(link.toString(), THREE, InventoryEdit.leave("lamp03"), Map.of()).write();
        assertThat(link).isSymbolicLink();
        assertThat(target).hasContent(LEAVING);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
                .isEqualTo("rw-r-----");
        assertThat(folder.resolve("there").toFile().list()).containsExactly("real.yml");
    }

    @Test
    void aFileThatCannotBeEditedIsRefusedBeforeTheRun() throws IOException {
        Path readOnly = Files.writeString(folder.resolve("read-only.yml"), THREE);
        Files.setPosixFilePermissions(readOnly, PosixFilePermissions.fromString("r--r--r--"));
        assertUneditable(readOnly, "cannot be edited: it is read-only; make it writable, as with chmod u+w");
        Path latin = Files.write(folder.resolve("latin.yml"), (THREE + "# caf\u00e9").getBytes(ISO_8859_1));
        assertUneditable(latin, "cannot be edited: it is not UTF-8");
        assertUneditable(Files.createDirectory(folder.resolve("folder.yml")), "cannot be edited: it is no file");
    }

    private static void assertUneditable(Path path, String why) {
        assertThatExceptionOfType(ActionFailure.class)
                .isThrownBy(() -> new EditedInventory(path.toString(), THREE, InventoryEdit.leave("lamp03"), Map.of()))
                .satisfies(e -> assertThat(e.exitCode()).isEqualTo(5))
                .withMessageStartingWith(path + " " + why);
    }
}
