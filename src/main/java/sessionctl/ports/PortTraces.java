package sessionctl.ports;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.inventory.Droplet;

/** Tests of failed connections that find out where their packets are lost. They take about five seconds. */
public final class PortTraces {
    /** The maximum number of connections to trace: one cause often explains many. */
    private static final int MAX_TRACED = 8;

    private PortTraces() {}

    /** Runs commands on droplets. */
    @FunctionalInterface
    public interface Runner {
        /**
         * Runs each command on its droplet, all at the same time.
         *
         * @return the results; a droplet that was not reached has none
         */
        Map<Droplet, CommandResult> run(Map<Droplet, Command> commands);
    }

    /** A connection that failed, and its place in the list of all. */
    private record Failed(int place, Droplet from, Droplet to) {}

    /**
     * Adds the causes of failed connections.
     *
     * @param probes all connections
     * @param droplets the droplets that can run commands
     * @param concurrency the maximum number of droplets that run a command at the same time
     * @param wanted returns true for the probes to explain
     * @return the same list if there is nothing to explain
     */
    public static List<PortProbe> explain(
            List<PortProbe> probes,
            List<Droplet> droplets,
            int port,
            int concurrency,
            Predicate<PortProbe> wanted,
            Runner runner) {
        List<Failed> failed = choose(probes, droplets, concurrency, wanted);
        Map<Droplet, Command> commands = commands(failed, port);
        if (commands.isEmpty()) {
            return probes;
        }
        Map<Droplet, PacketTrace> traces = new HashMap<>();
        runner.run(commands).forEach((droplet, result) -> {
            PacketTrace trace = PacketTrace.parse(result);
            if (trace != null) {
                traces.put(droplet, trace);
            }
        });
        Map<Integer, PortProbe> explained = new HashMap<>();
        for (Failed one : failed) {
            @Nullable PacketTrace seen = traces.get(one.from());
            DropCause.find(one.from(), seen, one.to(), traces.get(one.to()), port)
                    .ifPresent(cause ->
                            explained.put(one.place(), probes.get(one.place()).because(cause)));
        }
        return PortProbes.replacing(probes, explained);
    }

    private static List<Failed> choose(
            List<PortProbe> probes, List<Droplet> droplets, int concurrency, Predicate<PortProbe> wanted) {
        Map<String, Droplet> byName = new HashMap<>();
        droplets.forEach(droplet -> byName.put(droplet.name(), droplet));
        Set<Droplet> concerned = new LinkedHashSet<>();
        List<Failed> failed = new ArrayList<>();
        for (int i = 0; i < probes.size() && failed.size() < MAX_TRACED; i++) {
            PortProbe probe = probes.get(i);
            Droplet from = byName.get(probe.from());
            Droplet to = byName.get(probe.to().name());
            if (from == null || to == null || from.equals(to) || !probe.mustBeOpen() || !wanted.test(probe)) {
                continue;
            }
            Set<Droplet> with = new LinkedHashSet<>(concerned);
            with.addAll(List.of(from, to));
            if (with.size() <= concurrency) {
                concerned = with;
                failed.add(new Failed(i, from, to));
            }
        }
        return failed;
    }

    private static Map<Droplet, Command> commands(List<Failed> failed, int port) {
        Map<Droplet, List<String>> targets = new LinkedHashMap<>();
        Map<Droplet, List<String>> sources = new LinkedHashMap<>();
        for (Failed one : failed) {
            targets.computeIfAbsent(one.from(), d -> new ArrayList<>())
                    .add(one.to().privateIp().text());
            sources.computeIfAbsent(one.to(), d -> new ArrayList<>())
                    .add(one.from().privateIp().text());
        }
        Set<Droplet> all = new LinkedHashSet<>(targets.keySet());
        all.addAll(sources.keySet());
        Map<Droplet, Command> commands = new LinkedHashMap<>();
        for (Droplet droplet : all) {
            commands.put(
                    droplet,
                    PacketTrace.command(
                            port, targets.getOrDefault(droplet, List.of()), sources.getOrDefault(droplet, List.of())));
        }
        return commands;
    }
}
