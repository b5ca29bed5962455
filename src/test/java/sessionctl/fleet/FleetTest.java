package sessionctl.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.inventory.Cluster;
import sessionctl.inventory.Droplet;
import sessionctl.ssh.Shell;
import sessionctl.ssh.Shells;
import sessionctl.ssh.SshFailure;
import sessionctl.state.DropletFacts;

@Timeout(20)
class FleetTest {
    private final Cluster cluster = Samples.lamps(6);

    private static FakeShells shells() throws IOException {
        return new FakeShells(Answer.named("debian-12-bare"));
    }

    @Test
    void everyDropletIsProbedThoughOthersFail() throws IOException {
        FakeShells shells = shells().losing("lamp02: open", "no").losing("lamp03: facts", "gone");
        shells.answeringFacts("lamp04", "garbage");
        try (Fleet fleet = new Fleet(shells, 2, Progress.SILENT)) {
            Map<Droplet, ProbeResult<DropletFacts>> answers = fleet.inspect(cluster.droplets());
            assertThat(answers.keySet()).containsExactlyElementsOf(cluster.droplets());
            assertThat(answers.values())
                    .extracting(l -> l.getClass().getSimpleName())
                    .containsExactly("Answered", "Unreached", "Unreached", "Unreadable", "Answered", "Answered");
        }
    }

    @Test
    void noMoreDropletsAreProcessedAtOnceThanAllowed() throws IOException {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (Fleet fleet = new Fleet(shells(), 2, Progress.SILENT)) {
            fleet.onAll(cluster.droplets(), droplet -> {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                pause();
                return now.decrementAndGet();
            });
        }
        assertThat(most.get()).isEqualTo(2);
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aConnectionIsKeptForTheRunAndClosedAtItsEnd() throws IOException {
        FakeShells shells = shells();
        List<String> events = Collections.synchronizedList(new ArrayList<>());
        Progress progress = new Progress() {
            @Override
            public void begin(Droplet droplet, String what) {
                events.add(droplet.name() + " " + what);
            }

            @Override
            public void end(Droplet droplet, String what) {
                events.add(droplet.name() + " " + what);
            }
        };
        Cluster one = Samples.lamps(1);
        try (Fleet fleet = new Fleet(shells, 1, progress)) {
            fleet.inspect(one.droplets());
            shells.losing("lamp01: open", "it would be opened twice");
            assertThat(fleet.inspect(one.droplets()).values()).allMatch(l -> l instanceof ProbeResult.Answered);
            assertThat(shells.closed).isEmpty();
        }
        assertThat(shells.closed).containsExactly("lamp01");
        assertThat(events)
                .containsExactly(
                        "lamp01 connecting", "lamp01 inspected", "lamp01 inspecting again", "lamp01 inspected");
    }

    @Test
    void callersAtTheSameTimeShareOneConnection() throws Exception {
        FakeShells shells = shells();
        AtomicInteger opened = new AtomicInteger();
        Shells slow = droplet -> {
            opened.incrementAndGet();
            pause();
            return shells.open(droplet);
        };
        Droplet droplet = cluster.droplets().get(0);
        try (Fleet fleet = new Fleet(slow, 1, Progress.SILENT)) {
            List<CompletableFuture<Shell>> callers = Stream.generate(() -> CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    return fleet.shell(droplet);
                                } catch (SshFailure e) {
                                    throw new IllegalStateException(e);
                                }
                            },
                            command -> new Thread(command).start()))
                    .limit(4)
                    .toList();
            Shell first = callers.get(0).get();
            assertThat(callers).allMatch(caller -> caller.join() == first);
        }
        assertThat(opened).hasValue(1);
    }
}
