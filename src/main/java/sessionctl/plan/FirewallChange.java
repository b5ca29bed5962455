package sessionctl.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sessionctl.command.Command;
import sessionctl.command.Scripts;
import sessionctl.state.FilterTable;
import sessionctl.state.FirewallState;
import sessionctl.state.OwnRules;

/**
 * Both families' rules as one change, which the droplet takes back by itself unless it is confirmed in time.
 *
 * @param before the packet filter as it is
 * @param after the same with our part as it should be
 * @param formerPolicies what INPUT's policies were before we changed them, "4 POLICY" and "6 POLICY"
 */
public record FirewallChange(FirewallState before, FirewallState after, List<String> formerPolicies) implements Change {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final String LOADER = "firewall/load.sh";
    private static final String SCRIPT = "firewall/init.sh";
    private static final String KEPT = "/etc/sessionctl/firewall.rules";

    private static final String UNIT = """
            # Written by sessionctl: its own firewall chains are there before memcached listens, and
            # again after another packet filter's unit has replaced the filter table.
            [Unit]
            Description=sessionctl's firewall chains
            DefaultDependencies=no
            After=local-fs.target ufw.service netfilter-persistent.service nftables.service firewalld.service
            Before=memcached.service
            PartOf=netfilter-persistent.service nftables.service firewalld.service
            ReloadPropagatedFrom=ufw.service netfilter-persistent.service nftables.service firewalld.service
            Conflicts=shutdown.target

            [Service]
            Type=oneshot
            RemainAfterExit=yes
            ExecStart=/bin/sh /var/lib/sessionctl/firewall/load.sh
            ExecReload=/bin/sh /var/lib/sessionctl/firewall/load.sh

            [Install]
            WantedBy=multi-user.target
            """;

    /** Copies the policies. */
    public FirewallChange {
        formerPolicies = List.copyOf(formerPolicies);
    }

    @Override
    public String describe() {
        return after.keeps() ? "guard the memcached port" : "take the firewall chains away";
    }

    @Override
    public Stage stage() {
        return Stage.FIREWALL;
    }

    @Override
    public Risk risk() {
        return Risk.MAY_CUT_ACCESS;
    }

    @Override
    public List<List<String>> diffs() {
        List<List<String>> diffs = new ArrayList<>();
        diffs.add(diff("iptables-save -t filter", before.v4(), after.v4()));
        diffs.add(diff("ip6tables-save -t filter", before.v6(), after.v6()));
        diffs.add(before.keepsAs(after) ? List.of() : UnifiedDiff.of(KEPT, KEPT, before.kept(), after.kept()));
        // Files that come or go together with the rules need no diff of their own.
        if (before.keeps() && after.keeps()) {
            before.loaders().forEach((path, is) -> diffs.add(UnifiedDiff.of(path, path, is, loader(path))));
        }
        diffs.removeIf(List::isEmpty);
        return diffs;
    }

    /** What a file that loads the rules should be. */
    private String loader(String path) {
        if (!after.keeps()) {
            return "";
        }
        return switch (path) {
            case FirewallState.UNIT -> UNIT;
            case FirewallState.SCRIPT -> "mode 755\n" + Scripts.text(SCRIPT);
            default -> Scripts.text(LOADER);
        };
    }

    private static List<String> diff(String label, @Nullable FilterTable from, @Nullable FilterTable to) {
        return from == null || to == null ? List.of() : UnifiedDiff.of(label, label, from.text(), to.text());
    }

    @Override
    public Command command() {
        return armed("default", 30);
    }

    /**
     * The change under a name of its own.
     *
     * @param run names what the droplet keeps of it until it is confirmed
     * @param seconds after which the droplet takes it back
     */
    public Command armed(String run, int seconds) {
        String do4 = before.v4().program(after.v4().own());
        String undo4 = before.v4().with(after.v4().own()).program(before.v4().own());
        FilterTable old6 = before.v6();
        FilterTable new6 = after.v6();
        String do6 = old6 == null || new6 == null ? "" : old6.program(new6.own());
        String undo6 = old6 == null || new6 == null ? "" : old6.with(new6.own()).program(old6.own());
        return Command.script(
                        Scripts.locking("firewall/apply.sh"),
                        run,
                        Integer.toString(seconds),
                        Integer.toString(do4.length()),
                        Integer.toString(undo4.length()),
                        Integer.toString(do6.length()),
                        Integer.toString(undo6.length()))
                .withInput(do4 + undo4 + do6 + undo6)
                .within(LIMIT);
    }

    /** Stops the droplet from taking the change back. */
    public Command confirmation(String run) {
        return Command.script(Scripts.text("firewall/confirm.sh"), run, formerPolicies.get(0), formerPolicies.get(1));
    }

    /** Takes back what runs that were lost have left unconfirmed. */
    public static Command settling() {
        return Command.script(Scripts.text("firewall/settle.sh")).within(LIMIT);
    }

    /**
     * Keeps the confirmed change for the next boot, and forgets how it was before.
     *
     * @param run the change's name
     */
    public Command keeping(String run) {
        String load = Scripts.text(LOADER);
        String kept = after.kept();
        return Command.script(
                        "initscript() {\n    cat <<'END'\n" + Scripts.text(SCRIPT) + "END\n}\n"
                                + Scripts.text("firewall/keep.sh"),
                        Integer.toString(kept.length()),
                        Integer.toString(load.length()),
                        Integer.toString(UNIT.length()),
                        run)
                .withInput(kept + load + UNIT);
    }

    /**
     * Has the droplet take the change back now.
     *
     * @param run the change's name
     * @param all whether the whole table becomes what it was; otherwise what others changed meanwhile stays
     */
    public static Command reversal(String run, boolean all) {
        // Where nothing was changed, or the droplet has restarted meanwhile, there is nothing to take back.
        return Command.script(
                "[ ! -e \"$1\" ] || exec sh \"$1\" \"$2\"\n",
                "/run/sessionctl/firewall/run-" + run + "/revert",
                all ? "all" : "own");
    }

    /** What is wrong with the rules as they are, as in {@code are missing}. */
    public String fault() {
        OwnRules own = before.v4().own();
        boolean jumps = own.jumps().stream().anyMatch(j -> j.chain().equals(OwnRules.GUARD));
        FilterTable old6 = before.v6();
        FilterTable new6 = after.v6();
        if (!own.chains().containsKey(OwnRules.GUARD)) {
            return "are missing";
        }
        if (!jumps) {
            return "are not in force: no rule of INPUT jumps to them";
        }
        if (own.jumps().get(0).position() != before.v4().first()) {
            return "are not the first of INPUT, so that others decide before them";
        }
        if (!own.equals(after.v4().own())) {
            return "are not the inventory's";
        }
        return old6 != null && new6 != null && !old6.own().equals(new6.own())
                ? "are missing or different for IPv6"
                : "would not be the same after the next boot";
    }

    /** Whether another set of rules of ours is wanted, or kept for the next boot. */
    public boolean needed() {
        FilterTable old6 = before.v6();
        FilterTable new6 = after.v6();
        return !before.v4().own().equals(after.v4().own())
                || !before.v4().input().equals(after.v4().input())
                || (old6 != null && new6 != null && !old6.own().equals(new6.own()))
                || !before.keepsAs(after)
                || before.loaders().entrySet().stream()
                        .anyMatch(file -> !file.getValue().equals(loader(file.getKey())));
    }
}
