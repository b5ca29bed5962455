package sessionctl.ports;

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
    private static final OutsideHost NO_ANSWER = (addresses, ports, seconds) -> {
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

    private PortMatrix matrix(Set<Droplet> unreached, Set<Droplet> left, OutsideHost outside, String... ours) {
        return new PortMatrix(lamps, unreached, left, 11211, outside, Set.of(ours)::contains);
    }

    @Test
    void aMachineThatIsADropletCannotTestAsAnotherHost() {
        PortMatrix matrix = matrix(Set.of(), Set.of(), NO_ANSWER, "203.0.113.2", "10.98.0.2");
        for (Droplet droplet : lamps) {
            assertThat(matrix.probeFromOutside(droplet))
                    .extracting(PortProbe::address)
                    .containsExactly(
                            droplet.publicIp().text(), droplet.privateIp().text());
            assertThat(matrix.probeFromOutside(droplet))
                    .allMatch(c ->
                            c.state() == PortState.NOT_TESTED && c.why().equals(PortProbe.INSIDE) && !c.mustBeOpen());
        }
    }

    @Test
    void aMachineWithOnlyOneAddressOfADropletTestsAsAnotherHost() {
        PortMatrix matrix = matrix(
                Set.of(),
                Set.of(),
                (addresses, ports, seconds) ->
                        (address, port) -> address.startsWith("10.") ? PortState.NOT_TESTED : PortState.SILENT,
                "10.98.0.2");
        assertThat(matrix.probeFromOutside(lamps.get(1)))
                .extracting(PortProbe::state, PortProbe::why)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(PortState.SILENT, ""),
                        org.assertj.core.groups.Tuple.tuple(PortState.NOT_TESTED, PortProbe.NO_ROUTE));
    }

    @Test
    void anUnreachableDropletIsShownAsNotTested() {
        Droplet dead = lamps.get(1);
        PortMatrix matrix = matrix(Set.of(dead), Set.of(), NO_ANSWER);
        assertThat(matrix.probeFromOutside(dead))
                .hasSize(2)
                .allMatch(c -> c.state() == PortState.NOT_TESTED && c.why().equals(PortProbe.UNREACHED));
        assertThat(matrix.untested(dead))
                .hasSize(3)
                .allMatch(c -> c.from().equals("lamp02")
                        && c.state() == PortState.NOT_TESTED
                        && c.why().equals(PortProbe.UNREACHED));
        List<PortProbe> others =
                matrix.probeFrom(lamps.get(0), answering("10.98.0.1:11211 open\n10.98.0.2:11211 open\n"));
        assertThat(others)
                .extracting(PortProbe::state)
                .containsExactly(PortState.OPEN, PortState.NOT_TESTED, PortState.UNKNOWN);
        assertThat(asked.get(0).words()).doesNotContain("10.98.0.2:11211");
    }

    @Test
    void answersThatWereNotRequestedAreDropped() {
        String lines = IntStream.range(0, 400_000)
                .mapToObj(i -> "10.9." + i + ":11211 open\n")
                .collect(Collectors.joining());
        List<PortProbe> cells = matrix(Set.of(), Set.of(lamps.get(2)), NO_ANSWER)
                .probeFrom(lamps.get(0), answering(lines + "10.98.0.2:11211 silent\n" + "x".repeat(1 << 20)));
        assertThat(cells)
                .extracting(PortProbe::state)
                .containsExactly(PortState.UNKNOWN, PortState.SILENT, PortState.LEFT);
    }

    /** As the probes from this machine have it: nothing is known of a port behind a missing route. */
    @Test
    void anUnreachableAddressIsNoRefusal() {
        assertThat(
                        matrix(Set.of(), Set.of(), NO_ANSWER)
                                .probeFrom(
                                        lamps.get(0),
                                        answering(
                                                "10.98.0.1:11211 refused\n10.98.0.2:11211 unreachable\n10.98.0.3:11211 silent\n")))
                .extracting(PortProbe::state)
                .containsExactly(PortState.REFUSED, PortState.SILENT, PortState.SILENT);
    }
}
