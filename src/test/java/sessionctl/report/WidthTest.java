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
import sessionctl.cli.Patients;
import sessionctl.health.Examined;
import sessionctl.health.Preflight;
import sessionctl.health.Remedies;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.verify.Answer;
import sessionctl.verify.Case;
import sessionctl.verify.Cell;
import sessionctl.verify.Copies;
import sessionctl.verify.Finding;
import sessionctl.verify.Proof;

/** A terminal has 80 columns, whatever the droplets are called; a whole name is found where something is wrong with it. */
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

    /** The tables without the sentences before them. */
    private static String tables(String text, String from) {
        return text.substring(text.indexOf(from));
    }

    @ParameterizedTest
    @CsvSource({"3,6", "3,15", "3,30", "3,63", "5,63", "7,20", "20,40"})
    void statusStaysInItsLine(int droplets, int length) throws IOException {
        Cluster cluster = named(droplets, length);
        String text = new StatusText(Style.PLAIN)
                .of(
                        new Patients(cluster)
                                .with(1, a -> a.replacing("ActiveState=active", "ActiveState=inactive"))
                                .losing(2, "gone")
                                .overview(),
                        3);
        assertThat(text).contains(cluster.droplets().get(1).name() + ": it could not be reached");
        String tables = tables(text, "\ndroplet ");
        assertNarrow(tables);
        // Every row is still told from the others.
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
    void checkStaysInItsLine(int droplets, int length) {
        Cluster cluster = named(droplets, length);
        List<Examined> examined = new ArrayList<>();
        cluster.droplets().forEach(d -> examined.add(new Examined(d, null, true, Map.of())));
        String text = new CheckText(Style.PLAIN).of(Preflight.of(cluster, examined, List.of(), new Remedies("")), 4);
        assertNarrow(text);
        assertThat(text.contains("not tried")).as(text).isEqualTo(droplets > 7);
    }

    @ParameterizedTest
    @CsvSource({"3,6", "3,15", "3,63", "5,63", "6,63", "20,40"})
    void verifyStaysInItsLine(int droplets, int length) {
        Cluster cluster = named(droplets, length);
        Map<String, String> ids = new LinkedHashMap<>();
        Map<String, Map<String, String>> held = new LinkedHashMap<>();
        List<Proof.Uses> uses = new ArrayList<>();
        for (Droplet droplet : cluster.droplets()) {
            ids.put(droplet.name(), "id" + droplet.name());
            held.put(droplet.name(), Map.of());
            uses.add(new Proof.Uses(droplet.name(), "8.2.29", "apache2handler", "4.0.5.2", "0123456789ab", 1042));
        }
        Finding finding = new Finding(last(cluster), "it is so", "look");
        Proof proof = new Proof(
                "shop",
                List.copyOf(ids.keySet()),
                List.of(Case.of("web", "every droplet serves PHP", "asked", List.of(finding))),
                List.of(),
                uses,
                new Copies(ids, held, droplets));
        String text = new TextReport(Style.PLAIN).of(proof, 3);
        assertThat(text).startsWith(last(cluster) + ": it is so; look\n");
        assertNarrow(tables(text, "\ndroplet "));
    }

    @ParameterizedTest
    @CsvSource({"3,6", "3,15", "3,63", "5,63", "6,63", "20,40"})
    void theWaysBetweenThemStayInTheirLineAndWhatIsWrongNamesThem(int droplets, int length) {
        Cluster cluster = named(droplets, length);
        List<Cell> cells = new ArrayList<>();
        for (Droplet to : cluster.droplets()) {
            cluster.droplets()
                    .forEach(from ->
                            cells.add(new Cell(from.name(), to, to.privateIp().text(), true, Answer.OPEN)));
            cells.add(new Cell("outside", to, to.publicIp().text(), false, Answer.SILENT));
        }
        assertNarrow(MatrixText.fitted(cells));
        assertThat(MatrixText.fitted(cells))
                .contains(droplets <= 6 ? "outside, public" : "connections tested, all as they must be");
        cells.set(0, new Cell(last(cluster), cells.get(0).to(), "10.98.0.1", true, Answer.REFUSED));
        assertThat(MatrixText.of(cells)).contains(last(cluster) + " does not reach memcached on ");
    }
}
