package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

/** The packet filter of a droplet in the lab, with faults of SSH. */
record PacketFilter(Lab lab, String host) {
    /** Excludes the sentinel's blocks, which come and go with the servers that they block. */
    private static final String ALL =
            "{ iptables-save; ip6tables-save; } | sed -e '/^#/d' -e '/SESSIONCTL-SILENT/d' -e 's/ \\[[0-9]*:[0-9]*\\]$//'";

    /**
     * Excludes the jump to the guard's chain SESSIONCTL-GATE: the guard moves it to the first place whenever it closes
     * the port.
     */
    private static final String LINES = ALL + " | grep -vxe '-A INPUT -j SESSIONCTL-GATE'";

    /**
     * Excludes a filter table without rules and with all policies ACCEPT: a kernel creates it for a query and never
     * removes it.
     */
    private static final String NOT_EMPTY = " | sed -zE 's/\\*filter\\n(:[A-Z]+ ACCEPT\\n)*COMMIT\\n//g'";

    private static final String SAVED = LINES + NOT_EMPTY;

    /** Waits for a change that is not confirmed yet, and then runs a command that disturbs SSH. */
    private static final String WHEN_CHANGED = """
            cat >/root/trouble <<'END'
            for i in $(seq 1500); do
                if ls /run/sessionctl/firewall/run-*/token; then %s; exit; fi
                sleep 0.02
            done
            END
            setsid sh /root/trouble </dev/null >/dev/null 2>&1 &
            """;

    /** Returns all tables of both families, without comments and counters. */
    String saved() {
        return lab.onHost(host, SAVED);
    }

    /** Returns the rules of other programs. */
    String foreign() {
        String ours = "^(:|-A )SESSIONCTL(-FULL)? |^-A INPUT -j SESSIONCTL(-FULL)?$";
        return lab.onHost(host, LINES + " | grep -vE '" + ours + "'" + NOT_EMPTY);
    }

    /** Returns the rules of INPUT and of the program's chains, in their order. */
    String ours() {
        return lab.onHost(host, ALL + NOT_EMPTY + " | grep -E '^:INPUT|^-A (INPUT -j )?SESSIONCTL'");
    }

    /** Makes SSH refuse new connections as soon as a change awaits confirmation. */
    void dropSshWhenChanged() {
        runWhenChanged("iptables -I INPUT 1 -p tcp --dport 22 -j DROP");
    }

    /** Makes SSH delay new connections by some seconds as soon as a change awaits confirmation. */
    void delaySshWhenChanged(int seconds) {
        runWhenChanged("pid=$(cat /run/sshd.pid); kill -STOP $pid; sleep " + seconds + "; kill -CONT $pid");
    }

    private void runWhenChanged(String command) {
        lab.onHost(host, WHEN_CHANGED.formatted(command));
    }

    /** Waits until a change awaits confirmation. */
    void awaitUnconfirmed() throws InterruptedException {
        await("ls /run/sessionctl/firewall/run-*/token", Duration.ofSeconds(60));
    }

    /** Waits until SSH answers and the rules are these. */
    void awaitSaved(String expected, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < end) {
            Result now = lab.tryOnHost(host, SAVED);
            if (now.exit() == 0 && now.out().equals(expected)) {
                return;
            }
            Thread.sleep(200);
        }
        assertThat(saved()).as("the rules of %s after %s", host, limit).isEqualTo(expected);
    }

    void await(String command, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (lab.tryOnHost(host, command).exit() != 0) {
            assertThat(System.nanoTime())
                    .as("waited too long on %s for: %s", host, command)
                    .isLessThan(end);
            Thread.sleep(100);
        }
    }

    static List<String> saved(Lab lab, List<String> hosts) {
        return hosts.stream().map(host -> new PacketFilter(lab, host).saved()).toList();
    }
}
