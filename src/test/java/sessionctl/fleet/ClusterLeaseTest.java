package sessionctl.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sessionctl.Answer;
import sessionctl.Samples;
import sessionctl.apply.DropletLease;
import sessionctl.apply.LeaseOwner;
import sessionctl.apply.LeaseResult;
import sessionctl.apply.RunResult;
import sessionctl.inventory.Droplet;
import sessionctl.state.RunInfo;

@Timeout(20)
class ClusterLeaseTest {
    private static final String BOBS = "2026-01-31T12:03:44Z\tid-b\tbob@desk\troot\t-\trestart\t0.1.0";

    private final List<Droplet> lamps = Samples.lamps(3).droplets();
    private final AtomicLong clock = new AtomicLong(1_000_000);
    private final FakeShells shells = new FakeShells(bare());
    private final Fleet fleet = new Fleet(shells, 3, Progress.SILENT);
    private final ClusterLease lock = lock(Duration.ofHours(1));

    private static Answer bare() {
        try {
            return Answer.named("debian-12-bare");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private ClusterLease lock(Duration pause) {
        return new ClusterLease(
                fleet,
                new DropletLease(new LeaseOwner("id-a", "alice@laptop", "provision", "0.1.0")),
                pause,
                clock::get);
    }

    @AfterEach
    void close() {
        lock.close();
        fleet.close();
    }

    private static Droplet named(Map<Droplet, ?> all, String name) {
        return all.keySet().stream()
                .filter(d -> d.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theLeaseOfTheFirstDropletIsTakenBeforeAllOthers() {
        assertThat(ClusterLease.allTaken(lock.acquire(List.of(lamps.get(2), lamps.get(0), lamps.get(1)))))
                .isTrue();
        assertThat(shells.log)
                .startsWith("lamp01: lock take")
                .containsExactlyInAnyOrder("lamp01: lock take", "lamp02: lock take", "lamp03: lock take");
    }

    @Test
    void ifTheFirstDropletIsHeldNoOtherLeaseIsTaken() {
        shells.printing("lamp01: lock take", 7, BOBS);
        Map<Droplet, LeaseResult> results = lock.acquire(lamps);
        assertThat(ClusterLease.allTaken(results)).isFalse();
        assertThat(shells.log).containsExactly("lamp01: lock take");
        RunInfo bob = new RunInfo("2026-01-31T12:03:44Z", "id-b", "bob@desk", "root", "-", "restart", "0.1.0");
        assertThat(results.get(named(results, "lamp01"))).isEqualTo(new LeaseResult.Held(bob));
    }

    @Test
    void ifADropletIsHeldAllOtherLeasesAreReleased() {
        shells.printing("lamp02: lock take", 7, BOBS);
        assertThat(ClusterLease.allTaken(lock.acquire(lamps))).isFalse();
        assertThat(shells.log).contains("lamp01: lock release - 0", "lamp03: lock release - 0");
        assertThat(shells.log).doesNotContain("lamp02: lock release - 0");
    }

    @Test
    void ifADropletIsUnreachableAllOtherLeasesAreReleased() {
        shells.losing("lamp03: lock take", "lamp03 was lost");
        Map<Droplet, LeaseResult> results = lock.acquire(lamps);
        assertThat(results.get(named(results, "lamp03"))).isInstanceOf(LeaseResult.Unreached.class);
        assertThat(shells.log).contains("lamp01: lock release - 0", "lamp02: lock release - 0");
    }

    @Test
    void eachDropletLogsItsResultAndFailuresToLogAreReturned() {
        lock.acquire(lamps);
        shells.answering("lamp02: lock release failed 1", 28, "").losing("lamp03: lock release done 2", "gone");
        List<Droplet> not = lock.release(Map.of(
                lamps.get(1), new RunResult("failed", 1),
                lamps.get(2), new RunResult("done", 2)));
        assertThat(not).containsExactly(lamps.get(1));
        assertThat(shells.log.stream().filter("lamp03: lock release done 2"::equals))
                .as("tried again over a new connection")
                .hasSize(2);
        assertThat(shells.log).contains("lamp01: lock release - 0");
        assertThat(lock.release(Map.of())).isEmpty();
    }

    @Test
    void aLeaseIsRefreshedOnlyAfterALongPause() {
        lock.acquire(lamps);
        clock.addAndGet(15_000);
        assertThat(lock.isLost(lamps.get(0))).isFalse();
        assertThat(shells.log).doesNotContain("lamp01: lock refresh");
        clock.addAndGet(15_000);
        assertThat(lock.isLost(lamps.get(0))).isFalse();
        assertThat(shells.log).containsOnlyOnce("lamp01: lock refresh");
        assertThat(lock.isLost(lamps.get(0))).isFalse();
        assertThat(shells.log).containsOnlyOnce("lamp01: lock refresh");
    }

    @Test
    void aLeaseThatAnotherRunTookOverIsLost() {
        lock.acquire(lamps);
        shells.printing("lamp02: lock refresh", 9, BOBS);
        clock.addAndGet(60_000);
        assertThat(lock.isLost(lamps.get(0))).isFalse();
        assertThat(lock.isLost(lamps.get(1))).isTrue();
    }

    @Test
    void heartbeatsAreSentWhileTheLeaseIsHeld() throws InterruptedException {
        CountDownLatch three = new CountDownLatch(3);
        shells.watched(entry -> {
            if (entry.equals("lamp01: lock refresh")) {
                three.countDown();
            }
        });
        try (ClusterLease quick = lock(Duration.ofMillis(10))) {
            quick.acquire(lamps.subList(0, 1));
            assertThat(three.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
