package sessionctl.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import sessionctl.Samples;
import sessionctl.inventory.Droplet;
import sessionctl.state.FileState;

class ImpactTest {
    private static final List<Droplet> LAMPS = Samples.lamps(20).droplets();

    private static Configure configure(Stage stage, String path, FileState before, String after, Risk risk) {
        FileChange file = new FileChange(path, before, present(after));
        return new Configure(stage, "apache2", List.of(file), List.of(), ServiceAction.RELOAD, false, List.of(), risk);
    }

    private static FileState.Present present(String text) {
        return new FileState.Present(text, "644", "root:root");
    }

    private static DropletPlan plan(int lamp, Change... changes) {
        return new DropletPlan(LAMPS.get(lamp), List.of(changes), List.of());
    }

    private static List<String> sentences(DropletPlan... plans) {
        return Impact.of(new Plan(List.of(plans))).sentences();
    }

    private static Change memcached(Risk risk) {
        return configure(Stage.MEMCACHED, "/etc/memcached.conf", present("-m 1\n"), "-m 2\n", risk);
    }

    @Test
    void aPlanWithoutRiskKeepsAllSessions() {
        assertThat(sentences(plan(0, memcached(Risk.NONE)))).containsExactly("No session is lost.");
    }

    @Test
    void dropletsThatLoseSessionsAreNamed() {
        assertThat(sentences(
                        plan(0, memcached(Risk.LOSES_LOCAL_SESSIONS)),
                        plan(1, memcached(Risk.REJOINS)),
                        plan(2, memcached(Risk.LOSES_MOVED_SESSIONS))))
                .containsExactly("Sessions are lost on lamp01, lamp03.");
    }

    @Test
    void aRestartAndAJoinLoseNothing() {
        String kept =
                "No session is lost: while memcached on one droplet restarts or joins, the others hold the sessions.";
        assertThat(sentences(plan(0, memcached(Risk.REJOINS)))).containsExactly(kept);
        assertThat(sentences(plan(0, new GuardChange(GuardChange.Order.UNCORDON, List.of()))))
                .containsExactly(kept);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "session.save_handler = files\n",
                "session.save_handler=\"files\"\n",
                ";session.save_handler = files\n",
                "session.save_handler = redis\n",
                ""
            })
    void sessionsOfAnotherHandlerAreNotTakenOver(String before) {
        Change web = configure(
                Stage.WEB,
                "/etc/php/8.2/apache2/php.ini",
                present(before),
                "session.save_handler = memcache\n",
                Risk.HOLDS_REQUESTS);
        assertThat(sentences(plan(0, web)))
                .containsExactly(
                        "Sessions that PHP on lamp01 keeps elsewhere until now are not taken over: their visitors"
                                + " begin a new session.",
                        "Pages wait up to 0.3 s while a web server reloads.");
    }

    @Test
    void aNewPhpHasNoSessionsInFiles() {
        Change web = configure(
                Stage.WEB,
                "/etc/php/8.2/apache2/php.ini",
                new FileState.Absent(),
                "session.save_handler = memcache\n",
                Risk.NONE);
        assertThat(sentences(plan(0, web))).containsExactly("No session is lost.");
    }

    @Test
    void ofManyDropletsTheFirstAreNamedAndTheOthersCounted() {
        DropletPlan[] plans = new DropletPlan[20];
        for (int i = 0; i < plans.length; i++) {
            plans[i] = plan(i, memcached(Risk.LOSES_LOCAL_SESSIONS));
        }
        assertThat(sentences(plans)).singleElement().asString().endsWith("lamp12 and 8 more.");
    }
}
