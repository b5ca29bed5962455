package sessionctl.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import sessionctl.command.Command;
import sessionctl.command.Scripts;
import sessionctl.state.FilterTable;
import sessionctl.state.FirewallState;
import sessionctl.state.ManagedRules;

/**
 * A change of the rules for IPv4 and IPv6 together. The droplet rolls it back by itself unless the run confirms it in
 * time.
 *
 * @param before the current packet filter
 * @param after the same packet filter with the desired rules of sessionctl
 * @param formerPolicies the policies of INPUT before sessionctl changed them, "4 POLICY" and "6 POLICY"
 * @param stage {@link Stage#FIREWALL} or {@link Stage#NARROW_FIREWALL}
 */
public record FirewallChange(FirewallState before, FirewallState after, List<String> formerPolicies, Stage stage)
        implements Change {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final String LOADER = "firewall/load.sh";
    private static final String SCRIPT = "firewall/init.sh";
    private static final String BOOT_RULES = "/etc/sessionctl/firewall.rules";

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

    public FirewallChange {
        formerPolicies = List.copyOf(formerPolicies);
    }

    /** Creates a change of the stage {@link Stage#FIREWALL}. */
    public FirewallChange(FirewallState before, FirewallState after, List<String> formerPolicies) {
        this(before, after, formerPolicies, Stage.FIREWALL);
    }

    /**
     * Returns a second change, which follows this one.
     *
     * @param last the packet filter after both
     */
    public FirewallChange followedBy(FirewallState last) {
        FirewallState now = new FirewallState(after.v4(), after.v6(), after.bootRules());
        return new FirewallChange(now, last, formerPolicies, Stage.NARROW_FIREWALL);
    }

    /** The table of one address family, before and after the change. */
    private record TableChange(FilterTable before, FilterTable after) {
        boolean isNeeded() {
            return !before.managedRules().equals(after.managedRules());
        }

        List<String> diff(String command) {
            return UnifiedDiff.of(command, command, before.text(), after.text());
        }

        String program() {
            return before.program(after.managedRules());
        }

        String rollback() {
            return before.with(after.managedRules()).program(before.managedRules());
        }
    }

    private TableChange v4() {
        return new TableChange(before.v4(), after.v4());
    }

    /** Returns the change for IPv6; empty if the kernel has none. */
    private Optional<TableChange> v6() {
        FilterTable old = before.v6();
        FilterTable fresh = after.v6();
        return old == null || fresh == null ? Optional.empty() : Optional.of(new TableChange(old, fresh));
    }

    @Override
    public String describe() {
        if (stage == Stage.NARROW_FIREWALL) {
            return "remove the rules that are no longer needed";
        }
        return after.hasBootRules() ? "close the memcached port to other hosts" : "remove the firewall chains";
    }

    @Override
    public Risk risk() {
        return Risk.MAY_CUT_ACCESS;
    }

    @Override
    public List<List<String>> diffs() {
        List<List<String>> diffs = new ArrayList<>();
        diffs.add(v4().diff("iptables-save -t filter"));
        v6().ifPresent(table -> diffs.add(table.diff("ip6tables-save -t filter")));
        diffs.add(UnifiedDiff.of(BOOT_RULES, BOOT_RULES, before.bootRules(), after.bootRules()));
        // Files that are added or removed together with the rules need no diff of their own.
        if (before.hasBootRules() && after.hasBootRules()) {
            before.loaders().forEach((path, is) -> diffs.add(UnifiedDiff.of(path, path, is, loader(path))));
        }
        diffs.removeIf(List::isEmpty);
        return diffs;
    }

    @Override
    public List<List<String>> summary() {
        List<List<String>> summary = new ArrayList<>(diffs());
        Set<String> shown = summary.stream().flatMap(List::stream).collect(Collectors.toSet());
        summary.replaceAll(diff -> diff.get(0).equals("--- " + BOOT_RULES) && repeats(diff, shown)
                ? List.of(BOOT_RULES + ": the same rules, which are loaded at boot")
                : diff);
        return summary;
    }

    /** Returns true if the changed rules for the next boot, "4 RULE" and "6 RULE", are all among the shown lines. */
    private static boolean repeats(List<String> diff, Set<String> shown) {
        return diff.stream()
                .skip(2)
                .filter(line -> line.matches("[+-][46] -.*"))
                .allMatch(line -> shown.contains(line.charAt(0) + line.substring(3)));
    }

    /** Returns the desired contents of a file that loads the rules; empty if it should not exist. */
    private String loader(String path) {
        if (!after.hasBootRules()) {
            return "";
        }
        return switch (path) {
            case FirewallState.UNIT -> UNIT;
            case FirewallState.SCRIPT -> "mode 755\n" + Scripts.text(SCRIPT);
            default -> Scripts.text(LOADER);
        };
    }

    @Override
    public Command command() {
        return armCommand("default", 30);
    }

    /**
     * Returns the command that changes the rules and starts the rollback timer.
     *
     * @param run the name under which the droplet stores the change until it is confirmed
     * @param seconds the time until the droplet rolls the change back
     */
    public Command armCommand(String run, int seconds) {
        List<String> programs = List.of(
                v4().program(),
                v4().rollback(),
                v6().map(TableChange::program).orElse(""),
                v6().map(TableChange::rollback).orElse(""));
        return Command.script(Scripts.locking("firewall/apply.sh"), run, Integer.toString(seconds))
                .withArguments(programs.stream()
                        .map(program -> Integer.toString(program.length()))
                        .toList())
                .withInput(String.join("", programs))
                .within(LIMIT);
    }

    /** Returns the command that confirms a change, so that the droplet does not roll it back. */
    public Command confirmCommand(String run) {
        return Command.script(Scripts.text("firewall/confirm.sh"), run, formerPolicies.get(0), formerPolicies.get(1));
    }

    /** Returns the command that rolls back changes that earlier, lost runs did not confirm. */
    public static Command settleCommand() {
        return Command.script(Scripts.text("firewall/settle.sh")).within(LIMIT);
    }

    /**
     * Returns the command that stores the confirmed rules for the next boot and deletes the data for a rollback.
     *
     * @param run the name of the change
     */
    public Command keepCommand(String run) {
        String load = Scripts.text(LOADER);
        String kept = after.bootRules();
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
     * Returns the command that rolls the change back now.
     *
     * @param run the name of the change
     * @param all true to restore the complete table; false to keep rules that others have changed since then
     */
    public static Command revertCommand(String run, boolean all) {
        // If nothing was changed, or if the droplet has rebooted since then, there is nothing to roll back.
        return Command.script(
                "[ ! -e \"$1\" ] || exec sh \"$1\" \"$2\"\n",
                "/run/sessionctl/firewall/run-" + run + "/revert",
                all ? "all" : "own");
    }

    /** Returns the fault of the current rules without its subject, as in {@code are missing}. */
    public String describeFault() {
        ManagedRules own = before.v4().managedRules();
        boolean jumps = own.jumps().stream().anyMatch(j -> j.chain().equals(ManagedRules.PAIRWISE));
        if (!own.chains().containsKey(ManagedRules.PAIRWISE)) {
            return "are missing";
        }
        if (!jumps) {
            return "are not in force: no rule of INPUT jumps to them";
        }
        if (own.jumps().get(0).position() != before.v4().firstPosition()) {
            return "are not first in INPUT, so other rules are evaluated before them";
        }
        if (v4().isNeeded()) {
            return "do not match the inventory";
        }
        return v6().filter(TableChange::isNeeded).isPresent()
                ? "are missing or different for IPv6"
                : "would not be the same after the next boot";
    }

    /** Returns true if the current rules, or those stored for the next boot, differ from the desired ones. */
    public boolean isNeeded() {
        return v4().isNeeded()
                || !before.v4().input().equals(after.v4().input())
                || v6().filter(TableChange::isNeeded).isPresent()
                || !before.stored().equals(after.stored())
                || before.loaders().entrySet().stream()
                        .anyMatch(file -> !file.getValue().equals(loader(file.getKey())));
    }
}
