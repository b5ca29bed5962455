package sessionctl.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import sessionctl.Samples;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.inventory.Droplet;
import sessionctl.ssh.Shell;

class PortMatrixTest {
    private static final Outside NOBODY = (addresses, ports, seconds) -> {
        throw new AssertionError("nothing may be tried from outside");
    };

    private final List<Droplet> lamps = Samples.lamps(3).droplets();
    private final List<Command> asked = Collections.synchronizedList(new ArrayList<>());

    private Shell answering(String stdout) {
        return new Shell() {
            @Override
            public CommandResult run(Command command) {
                asked.add(command);
                return new CommandResult(0, stdout, "");
            }

            @Override
            public void close() {}
        };
    }

    private PortMatrix matrix(Set<Droplet> unreached, Set<Droplet> left, Outside outside, String... ours) {
        return new PortMatrix(lamps, unreached, left, 11211, outside, Set.of(ours)::contains);
    }

    @Test
    void aMachineThatIsADropletSaysThatItCannotTestAsAnotherHost() {
        PortMatrix matrix = matrix(Set.of(), Set.of(), NOBODY, "203.0.113.2", "10.98.0.2");
        for (Droplet droplet : lamps) {
            assertThat(matrix.outside(droplet))
                    .extracting(Cell::address)
                    .containsExactly(
                            droplet.publicIp().text(), droplet.privateIp().text());
            assertThat(matrix.outside(droplet))
                    .allMatch(c -> c.answer() == Answer.NOT_TESTED && c.why().equals(Cell.INSIDE) && !c.mayEnter());
        }
    }

    @Test
    void oneThatHasOneOfTheAddressesOnlyIsOutside() {
        PortMatrix matrix = matrix(
                Set.of(),
                Set.of(),
                (addresses, ports, seconds) ->
                        (address, port) -> address.startsWith("10.") ? Answer.NOT_TESTED : Answer.SILENT,
                "10.98.0.2");
        assertThat(matrix.outside(lamps.get(1)))
                .extracting(Cell::answer, Cell::why)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Answer.SILENT, ""),
                        org.assertj.core.groups.Tuple.tuple(Answer.NOT_TESTED, Cell.NO_ROUTE));
    }

    @Test
    void aDropletWithoutAConnectionIsNotTestedAndSaysSo() {
        Droplet dead = lamps.get(1);
        PortMatrix matrix = matrix(Set.of(dead), Set.of(), NOBODY);
        assertThat(matrix.outside(dead))
                .hasSize(2)
                .allMatch(c -> c.answer() == Answer.NOT_TESTED && c.why().equals(Cell.UNREACHED));
        assertThat(matrix.untried(dead))
                .hasSize(3)
                .allMatch(c -> c.from().equals("lamp02")
                        && c.answer() == Answer.NOT_TESTED
                        && c.why().equals(Cell.UNREACHED));
        List<Cell> others = matrix.from(lamps.get(0), answering("10.98.0.1:11211 open\n10.98.0.2:11211 open\n"));
        assertThat(others).extracting(Cell::answer).containsExactly(Answer.OPEN, Answer.NOT_TESTED, Answer.UNKNOWN);
        assertThat(asked.get(0).words()).doesNotContain("10.98.0.2:11211");
    }

    @Test
    void onlyAnswersToWhatWasAskedAreKept() {
        String lines = IntStream.range(0, 400_000)
                .mapToObj(i -> "10.9." + i + ":11211 open\n")
                .collect(Collectors.joining());
        List<Cell> cells = matrix(Set.of(), Set.of(lamps.get(2)), NOBODY)
                .from(lamps.get(0), answering(lines + "10.98.0.2:11211 silent\n" + "x".repeat(1 << 20)));
        assertThat(cells).extracting(Cell::answer).containsExactly(Answer.UNKNOWN, Answer.SILENT, Answer.LEFT);
    }
}
