package sessionctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;

/** What a droplet's packet filter is, and what others do to it. */
record PacketFilter(Lab lab, String host) {
    private static final String ALL =
            "{ iptables-save; ip6tables-save; } | sed -e '/^#/d' -e 's/ \\[[0-9]*:[0-9]*\\]$//'";

    /** The guard puts the jump to its gate before all others whenever it shuts it, wherever it was. */
    private static final String LINES = ALL + " | grep -vxe '-A INPUT -j SESSIONCTL-GATE'";

    /** A table without a rule, all policies ACCEPT, is left out: kernels make it for whoever asks and never lose it again. */
    private static final String NOT_EMPTY = " | sed -zE 's/\\*filter\\n(:[A-Z]+ ACCEPT\\n)*COMMIT\\n//g'";

    private static final String SAVED = LINES + NOT_EMPTY;

    /** Waits for a change that is not confirmed yet, and then does something to ssh, as a droplet in trouble would. */
    private static final String WHEN_CHANGED = """
            cat >/root/trouble <<'END'
            for i in $(seq 1500); do
                if ls /run/sessionctl/firewall/run-*/token; then %s; exit; fi
                sleep 0.02
            done
            END
            setsid sh /root/trouble </dev/null >/dev/null 2>&1 &
            """;

    /** All tables of both families, byte for byte but for comments and counters. */
    String saved() {
        return lab.onHost(host, SAVED);
    }

    /** The same without what is ours. */
    String foreign() {
        String ours = "^(:|-A )SESSIONCTL(-FULL)? |^-A INPUT -j SESSIONCTL(-FULL)?$";
        return lab.onHost(host, LINES + " | grep -vE '" + ours + "'" + NOT_EMPTY);
    }

    /** The rules of INPUT and those of our chains, in their order. */
    String ours() {
        return lab.onHost(host, ALL + NOT_EMPTY + " | grep -E '^:INPUT|^-A (INPUT -j )?SESSIONCTL'");
    }

    /** ssh answers no new connection any more, as soon as a change is there that is not confirmed. */
    void plantDrop() {
        plant("iptables -I INPUT 1 -p tcp --dport 22 -j DROP");
    }

    /** ssh lets new connections wait for some seconds, as soon as a change is there that is not confirmed. */
    void plantDelay(int seconds) {
        plant("pid=$(cat /run/sshd.pid); kill -STOP $pid; sleep " + seconds + "; kill -CONT $pid");
    }

    private void plant(String trouble) {
        lab.onHost(host, WHEN_CHANGED.formatted(trouble));
    }

    /** Waits until a change is there that nobody has confirmed. */
    void awaitUnconfirmed() throws InterruptedException {
        await("ls /run/sessionctl/firewall/run-*/token", Duration.ofSeconds(60));
    }

    /** Waits until ssh answers and the rules are these. */
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
