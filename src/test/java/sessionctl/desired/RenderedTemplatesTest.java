package sessionctl.desired;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sessionctl.Golden;
import sessionctl.Samples;
import sessionctl.inventory.Cluster;

/**
 * Each case is a folder {@code rendered/<template>/<case>} with an inventory and the expected file of its first
 * droplet.
 */
class RenderedTemplatesTest {
    static Stream<Path> cases() throws IOException {
        return Golden.cases("rendered").flatMap(template -> {
            try {
                return Golden.cases("rendered/" + template.getFileName());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aTemplateRendersTheExpectedFile(Path folder) throws IOException {
        Cluster cluster = Samples.cluster(folder.resolve("inventory.yml"));
        String template = folder.getName(folder.getNameCount() - 2) + ".ftl";
        String text = Samples.templates()
                .render(
                        template,
                        DesiredStates.values(cluster, cluster.droplets().get(0)));
        Golden.check(folder.resolve("expected.txt"), text);
    }
}
