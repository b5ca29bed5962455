package sessionctl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.facts.FactsProbe;
import sessionctl.facts.InvalidAnswerException;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Inventory;
import sessionctl.state.DropletFacts;
import sessionctl.state.FileState;

class SavedPlanTest {
    private static final Change INSTALL = new InstallPackages(Set.of("memcached"), Set.of());
    private static final Change RESTART = restart("-m 64\n", Risk.NONE);
    private static final Map<String, String> TEMPLATES = Map.of("a.ftl", "a", "b.ftl", "b");

    private static Change restart(String after, Risk risk) {
        FileChange file = new FileChange(
                "/etc/memcached.conf", new FileState.Absent(), new FileState.Present(after, "644", "root:root"));
        return new Configure(
                Stage.MEMCACHED, "memcached", List.of(file), List.of(), ServiceAction.RESTART, false, List.of(), risk);
    }

    private static Answer provisioned() throws IOException {
        return Answer.named("debian-12-provisioned");
    }

    private static SavedPlan.Part part(Answer answer, Change... changes) throws InvalidAnswerException {
        DropletFacts facts = FactsProbe.parse(answer.result());
        return SavedPlan.Part.of(new DropletPlan(Samples.lamp01(), List.of(changes), List.of("a warning")), facts);
    }

    private static SavedPlan saved(SavedPlan.Part... parts) {
        return new SavedPlan(origin(Samples.lamps(1), "text"), List.of(parts));
    }

    private static PlanInputs origin(Cluster cluster, String text) {
        return PlanInputs.of("sessionctl 1", text, cluster, TEMPLATES);
    }

    @Test
    void anUnchangedDropletDoesNotInvalidateASavedPlan() throws Exception {
        SavedPlan saved = saved(part(provisioned(), RESTART));
        assertThat(saved.changedSince(part(provisioned(), RESTART))).isEmpty();
        assertThat(saved.isEmpty()).isFalse();
    }

    @Test
    void changingStatisticsDoNotInvalidateASavedPlan() throws Exception {
        SavedPlan saved = saved(part(provisioned(), RESTART));
        Answer busy = provisioned()
                .with("stats", "bytes 5000\nlimit_maxbytes 67108864\ncurr_items 5\nevictions 7\n")
                .with("guard", "open 1795502181 300 sessions from 10.1.1.1");
        assertThat(saved.changedSince(part(busy, RESTART))).isEmpty();
        assertThat(saved.changedSince(
                        part(provisioned().replacing("ii  memcached ", "ii  tzdata 3\nii  memcached "), RESTART)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "engine = On           > engine = Off          > /etc/php/8.2/apache2/php.ini has changed",
                "ActiveState=active   > ActiveState=inactive  > service apache2, service memcached have changed",
                "ii  memcached 1.6    > ii  memcached 1.7     > a package has changed",
                "VERSION_ID=\"12\"    > VERSION_ID=\"13\"     > the operating system has changed",
            })
    void aChangeSinceThePlanWasSavedIsNamed(String was, String is, String expected) throws Exception {
        SavedPlan saved = saved(part(provisioned(), RESTART));
        Answer other = provisioned().replacing(was, is);
        assertThat(other.raw()).isNotEqualTo(provisioned().raw());
        assertThat(saved.changedSince(part(other, RESTART))).contains(expected + " since the plan was saved");
    }

    @Test
    void changedNeedsAreNamedIfNoFactHasChanged() throws Exception {
        SavedPlan saved = saved(part(provisioned(), RESTART));
        SavedPlan.Part risky = part(provisioned(), restart("-m 64\n", Risk.LOSES_LOCAL_SESSIONS));
        assertThat(saved.changedSince(risky))
                .contains("what it needs (memcached: change /etc/memcached.conf, restart memcached) has changed since"
                        + " the plan was saved");
        assertThat(saved.changedSince(part(provisioned(), restart("-m 65\n", Risk.NONE))))
                .isPresent();
        assertThat(saved(part(provisioned(), INSTALL, RESTART)).changedSince(part(provisioned(), RESTART)))
                .contains("what it needs (no longer packages: install memcached) has changed since the plan was saved");
    }

    @Test
    void aDropletThatNeedsNothingMoreDoesNotInvalidateASavedPlan() throws Exception {
        Answer other = provisioned().replacing("engine = On", "engine = Off");
        assertThat(saved(part(provisioned(), RESTART)).changedSince(part(other)))
                .isEmpty();
    }

    @Test
    void aChangedDropletWithoutPlannedChangesInvalidatesASavedPlan() throws Exception {
        Answer other = provisioned().replacing("engine = On", "engine = Off");
        assertThat(saved(part(provisioned())).changedSince(part(other))).isPresent();
    }

    @Test
    void differentChangesHaveDifferentDigests() throws Exception {
        List<Change> changes = List.of(
                INSTALL,
                new InstallPackages(Set.of("memcached"), Set.of("apache2")),
                RESTART,
                new GuardChange(GuardChange.Order.CORDON, List.of("10.98.0.1")),
                new GuardChange(GuardChange.Order.CORDON, List.of("10.98.0.2")),
                new Configure(
                        Stage.WEB,
                        "apache2",
                        List.of(new FileChange("/x", new FileState.Absent(), new FileState.Pending("a = 1\n"))),
                        List.of(),
                        ServiceAction.RELOAD,
                        false,
                        List.of(),
                        Risk.NONE));
        assertThat(changes.stream().map(SavedPlan.Step::of).map(SavedPlan.Step::digest))
                .doesNotHaveDuplicates();
    }

    @Test
    void aPlanIsRefusedIfAnyOfItsInputsDiffers() throws Exception {
        SavedPlan saved = saved(part(provisioned(), RESTART));
        Cluster cluster = Samples.lamps(1);
        List<String> lamp01 = List.of("lamp01");
        assertThat(saved.refusals(origin(cluster, "text"), lamp01)).isEmpty();
        assertThat(saved.refusals(PlanInputs.of("sessionctl 2", "text", cluster, TEMPLATES), lamp01))
                .containsExactly("it was saved by sessionctl 1, this is sessionctl 2");
        assertThat(saved.refusals(origin(Samples.lamps(2), "other"), lamp01))
                .containsExactly("the inventory has changed since it was saved");
        assertThat(saved.refusals(origin(Samples.lamps(2), "text"), lamp01))
                .containsExactly("a variable of the inventory has another value than when it was saved");
        assertThat(saved.refusals(
                        PlanInputs.of("sessionctl 1", "text", cluster, Map.of("a.ftl", "a", "b.ftl", "c")), lamp01))
                .containsExactly("it was saved with other templates (b.ftl)");
        assertThat(saved.refusals(origin(cluster, "text"), List.of("lamp01", "lamp02")))
                .containsExactly("it is a plan for lamp01; give the same --limit");
    }

    @Test
    void theKeyPathIsNoInputOfAPlanButEveryOtherValueIs() {
        String text = """
                ssh: {key: %s, user: %s}
                memcached: {memory: %d}
                droplets: [{name: a, public_ip: 203.0.113.1, private_ip: 10.98.0.1}]
                """;
        assertThat(values(text.formatted("/b", "root", 64))).isEqualTo(values(text.formatted("/a", "root", 64)));
        assertThat(values(text.formatted("/a", "bob", 64))).isNotEqualTo(values(text.formatted("/a", "root", 64)));
        assertThat(values(text.formatted("/a", "root", 65))).isNotEqualTo(values(text.formatted("/a", "root", 64)));
    }

    private static String values(String inventory) {
        Cluster cluster = Inventory.parse("i.yml", inventory).orElseThrow(p -> new AssertionError(p.toString()));
        return origin(cluster, "").values();
    }

    @Test
    void aServiceThatOnlyStartsIsAnotherOne() throws Exception {
        String unit = "Id=memcached.service\nActiveState=";
        SavedPlan saved = saved(part(provisioned().replacing(unit + "active", unit + "inactive"), RESTART));
        Answer starting = provisioned().replacing(unit + "active", unit + "activating\nSubState=start-pre");
        assertThat(saved.changedSince(part(starting, RESTART)))
                .contains("service memcached has changed since the plan was saved");
    }
}
