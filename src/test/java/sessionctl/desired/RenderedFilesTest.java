package sessionctl.desired;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.facts.FactsProbe;
import sessionctl.facts.InvalidAnswerException;
import sessionctl.guard.GuardProgram;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Clusters;
import sessionctl.inventory.Droplet;
import sessionctl.state.DropletState;
import sessionctl.state.FileState;
import sessionctl.state.UnsupportedDropletException;

class RenderedFilesTest {
    /** Returns the directives of a rendered file without its comments. */
    private static String directives(String file) {
        return file.lines()
                .filter(line -> !line.startsWith("#") && !line.startsWith(";"))
                .map(line -> line.replaceFirst("^[?]", "") + "\n")
                .reduce("", String::concat);
    }

    @Test
    void renderedFilesEqualThoseOfABareDroplet()
            throws IOException, InvalidAnswerException, UnsupportedDropletException {
        Cluster cluster = Samples.lamps(3);
        Droplet droplet = cluster.droplets().get(0);
        DropletState wanted = new DesiredStates(cluster, Samples.templates())
                .stateOf(
                        droplet, FactsProbe.parse(Answer.named("debian-12-bare").result()));
        Map<String, String> files = RenderedFiles.of(cluster, Samples.templates());
        assertThat(wanted.files()).hasSize(7);
        wanted.files().forEach((path, file) -> {
            if (file instanceof FileState.Present present) {
                switch (path) {
                    case GuardProgram.PATH -> assertThat(present.content()).isEqualTo(GuardProgram.text());
                    case GuardProgram.SENTINEL_UNIT ->
                        assertThat(present.content()).isEqualTo(GuardProgram.sentinelUnit());
                    case GuardProgram.SETTINGS ->
                        assertThat(files.get("lamp01/guard.conf")).isEqualTo(present.content());
                    default ->
                        assertThat(files.get("lamp01/memcached.service.d/sessionctl.conf"))
                                .isEqualTo(present.content());
                }
            } else if (file instanceof FileState.Pending pending) {
                String name = path.substring(path.lastIndexOf('/') + 1);
                assertThat(directives(files.getOrDefault("lamp01/" + name, ""))).isEqualTo(pending.directives());
            }
        });
    }

    @Test
    void renderedFilesDoNotDependOnTheMachine() throws IOException {
        Locale locale = Locale.getDefault();
        TimeZone zone = TimeZone.getDefault();
        for (int seed = 0; seed < 20; seed++) {
            Cluster cluster = new Clusters(new Random(seed)).any();
            Map<String, String> here = RenderedFiles.of(cluster, Samples.templates());
            try {
                Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
                TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
                Map<String, String> there = RenderedFiles.of(cluster, Samples.templates());
                assertThat(List.copyOf(there.entrySet())).isEqualTo(List.copyOf(here.entrySet()));
            } finally {
                Locale.setDefault(locale);
                TimeZone.setDefault(zone);
            }
        }
    }

    @Test
    void renderedFilesAreInAFolderOfTheirDroplet() throws IOException {
        Cluster cluster = new Clusters(new Random(1)).any();
        assertThat(RenderedFiles.of(cluster, Samples.templates()).keySet())
                .allMatch(path -> Samples.names(cluster).contains(path.substring(0, path.indexOf('/'))));
    }
}
