package sessionctl.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import sessionctl.Samples;
import sessionctl.cli.FaultyClusters;
import sessionctl.health.Preflight;
import sessionctl.health.PreflightResult;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.ports.PortProbe;
import sessionctl.ports.PortState;
import sessionctl.report.text.MatrixText;
import sessionctl.report.text.PreflightText;
import sessionctl.report.text.RunText;
import sessionctl.report.text.StatusText;
import sessionctl.verify.CheckFailure;
import sessionctl.verify.CheckResult;
import sessionctl.verify.SessionReplicas;
import sessionctl.verify.VerificationResult;

/** Checks that every text fits into 80 columns for names of any length, and that a problem shows the full name. */
class WidthTest {
    private static Cluster named(int droplets, int length) {
        StringBuilder text = new StringBuilder("droplets:\n");
        for (int i = 1; i <= droplets; i++) {
            String name = "web-" + "x".repeat(length - 6) + String.format("%02d", i);
            text.append(String.format("  - {name: %s, public_ip: 203.0.113.%d, private_ip: 10.98.0.%d}%n", name, i, i));
        }
        return Samples.cluster(text.toString());
    }

    private static String last(Cluster cluster) {
        return cluster.droplets().get(cluster.droplets().size() - 1).name();
    }

    private static void assertNarrow(String text) {
        assertThat(text.lines()).allMatch(line -> line.length() <= 80, "80 columns");
    }

    /** Returns the tables without the sentences before them. */
    private static String tables(String text, String from) {
        return text.substring(text.indexOf(from));
    }

    @ParameterizedTest
    @CsvSource({"3,6", "3,15", "3,30", "3,63", "5,63", "7,20", "20,40"})
    void statusFitsIntoEightyColumns(int droplets, int length) throws IOException {
        Cluster cluster = named(droplets, length);
        String text = new StatusText(TextStyle.PLAIN, () -> "")
                .of(
                        new FaultyClusters(cluster)
                                .with(1, a -> a.replacing("ActiveState=active", "ActiveState=inactive"))
                                .losing(2, "gone")
                                .overview(),
                        3);
        assertThat(text).contains(cluster.droplets().get(1).name() + ": it could not be reached");
        String tables = tables(text, "\ndroplet ");
        assertNarrow(tables);
        // Every row can still be distinguished from the others.
        assertThat(tables.lines()
                        .filter(l -> l.contains(" open ") || l.contains("unreached"))
                        .map(l -> l.split(" ")[0])
                        .distinct()
                        .count())
                .as(text)
                .isGreaterThanOrEqualTo(droplets);
    }

    @ParameterizedTest
    @CsvSource({"3,6", "3,15", "3,63", "6,63", "7,20", "20,40"})
    void checkFitsIntoEightyColumns(int droplets, int length) {
        Cluster cluster = named(droplets, length);
        List<PreflightResult> examined = new ArrayList<>();
        cluster.droplets().forEach(d -> examined.add(new PreflightResult(d, null, true, Map.of())));
        String text = new PreflightText(TextStyle.PLAIN)
                .render(Preflight.of(cluster, examined, List.of(), new Remedies("")), 4);
        assertNarrow(text);
        assertThat(text.contains("skipped")).as(text).isEqualTo(droplets > 7);
    }

    @ParameterizedTest
    @CsvSource({"3,6", "3,15", "3,63", "5,63", "6,63", "20,40"})
    void verifyFitsIntoEightyColumns(int droplets, int length) {
        Cluster cluster = named(droplets, length);
        Map<String, String> ids = new LinkedHashMap<>();
        Map<String, Map<String, String>> held = new LinkedHashMap<>();
        List<VerificationResult.PhpUse> uses = new ArrayList<>();
        for (Droplet droplet : cluster.droplets()) {
            ids.put(droplet.name(), "id" + droplet.name());
            held.put(droplet.name(), Map.of());
            uses.add(new VerificationResult.PhpUse(
                    droplet.name(), "8.2.29", "apache2handler", "4.0.5.2", "0123456789ab", 1042));
        }
        CheckFailure finding = new CheckFailure(last(cluster), "it is so", "look");
        VerificationResult verification = new VerificationResult(
                "shop",
                List.copyOf(ids.keySet()),
                List.of(CheckResult.of("web", "every droplet serves PHP", "asked", List.of(finding))),
                List.of(),
                uses,
                new SessionReplicas(ids, held, droplets));
        String text = new RunText(TextStyle.PLAIN).render(verification, 3);
        assertThat(text).startsWith(last(cluster) + ": it is so; look\n");
        assertNarrow(tables(text, "\ndroplet "));
    }

    @ParameterizedTest
    @CsvSource({"3,6", "3,15", "3,63", "5,63", "6,63", "20,40"})
    void theConnectionMatrixFitsIntoEightyColumnsAndProblemsShowFullNames(int droplets, int length) {
        Cluster cluster = named(droplets, length);
        List<PortProbe> cells = new ArrayList<>();
        for (Droplet to : cluster.droplets()) {
            cluster.droplets()
                    .forEach(from -> cells.add(
                            new PortProbe(from.name(), to, to.privateIp().text(), true, PortState.OPEN)));
            cells.add(new PortProbe("outside", to, to.publicIp().text(), false, PortState.SILENT));
        }
        assertNarrow(MatrixText.fit(cells, TextStyle.PLAIN));
        assertThat(MatrixText.fit(cells, TextStyle.PLAIN))
                .contains(droplets <= 6 ? "outside, public" : "connections tested, all as expected");
        cells.set(0, new PortProbe(last(cluster), cells.get(0).to(), "10.98.0.1", true, PortState.REFUSED));
        assertThat(MatrixText.of(cells, TextStyle.PLAIN)).contains(last(cluster) + " does not reach memcached on ");
    }
}
