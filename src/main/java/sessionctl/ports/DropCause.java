package sessionctl.ports;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sessionctl.command.ShellQuote;
import sessionctl.inventory.Droplet;

/**
 * Where the packets of failed connections between two droplets are dropped, and by what.
 *
 * @param what a clause for the operator
 * @param at the droplet that drops them; null if neither does
 * @param commands the commands on that droplet after which they pass; empty if none is known
 * @param kind whose rules drop them
 */
public record DropCause(String what, @Nullable Droplet at, List<List<String>> commands, Kind kind) {
    /** Whose rules drop packets. */
    public enum Kind {
        /** The guard's: memcached is fenced, or the server blocked. */
        GUARD,
        /** Those of {@code sessionctl provision}, or others before which it puts its own. */
        RULES,
        /** Others. */
        FOREIGN
    }

    public DropCause {
        commands = List.copyOf(commands);
    }

    /**
     * Locates the loss.
     *
     * @param seen what the droplet saw that connects
     * @param other what the droplet of the memcached saw; null if it could not be asked
     * @return empty if connections work now, or if the guard of either droplet refuses them
     */
    static Optional<DropCause> find(
            Droplet from, @Nullable PacketTrace seen, Droplet to, @Nullable PacketTrace other, int port) {
        if (seen == null) {
            return Optional.of(new DropCause("where its packets are lost is not known", null, List.of(), Kind.FOREIGN));
        }
        Optional<DropCause> cause = new Search(from, seen, to, other, port, PacketTrace.PHP).find();
        // Behind a fence and a block there may be another reason, which concerns the guards, too.
        return cause.isPresent() && cause.get().isOfGuard()
                ? new Search(from, seen, to, other, port, PacketTrace.GUARD)
                        .find()
                        .filter(behind -> !behind.isOfGuard())
                : cause;
    }

    private boolean isOfGuard() {
        return kind == Kind.GUARD;
    }

    /** Returns where to run what, as in {@code run on lamp01: iptables …}; empty if no command is known. */
    public String remedy() {
        return at == null || commands.isEmpty()
                ? ""
                : "run on " + at.name() + ": "
                        + commands.stream().map(ShellQuote::join).collect(Collectors.joining(" && "));
    }

    /** Returns true if a run of provision lets the packets pass. */
    public boolean isFixedByProvision() {
        return kind == Kind.RULES;
    }

    /** The search for the loss of one client's packets. */
    private record Search(
            Droplet from,
            PacketTrace seen,
            Droplet to,
            @Nullable PacketTrace other,
            int port,
            String client) {
        private static final PacketTrace.Attempts NONE = new PacketTrace.Attempts(0, "none", 0);
        private static final PacketTrace.Route UNKNOWN = new PacketTrace.Route("none", "none", "none");

        Optional<DropCause> find() {
            PacketTrace.Attempts attempts = seen.attempts().getOrDefault(client + " " + target(), NONE);
            if (attempts.count() == 0 || attempts.opened() > 0) {
                return Optional.empty();
            }
            if (!seen.captures() || (other != null && !other.captures())) {
                return Optional.of(countersAlone(attempts.count()));
            }
            long sent = seen.count(client, "out", "syn", target());
            if (sent == 0) {
                return Optional.of(notSent(attempts.count()));
            }
            return other == null
                    ? Optional.of(unknown("its packets leave " + from.name()))
                    : Optional.of(afterSending(other));
        }

        private String target() {
            return to.privateIp().text();
        }

        private String source() {
            return from.privateIp().text();
        }

        private DroppingRule.Packets packets(boolean atTarget, boolean request) {
            PacketTrace trace = atTarget && other != null ? other : seen;
            String peer = atTarget ? source() : target();
            String routed = trace.routes().getOrDefault(peer, UNKNOWN).device();
            String device = routed.equals("none") ? trace.devices().getOrDefault(peer, "") : routed;
            return new DroppingRule.Packets(
                    atTarget == request,
                    request,
                    request ? source() : target(),
                    request ? target() : source(),
                    device,
                    port);
        }

        /** The packets do not leave the droplet that connects. */
        private DropCause notSent(long attempts) {
            Optional<DropCause> rule = byRule(from, seen, packets(false, true), attempts);
            PacketTrace.Route route = seen.routes().getOrDefault(target(), UNKNOWN);
            if (rule.isPresent()) {
                return rule.get();
            }
            if (hasNoRoute(seen, target())) {
                return noRoute(from, target());
            }
            if (List.of("FAILED", "INCOMPLETE").contains(route.neighbor())) {
                return unknown("no host answers for " + target() + " in the network of " + from.name() + "'s "
                        + route.device()
                        + " (ARP); see whether both droplets are in one private network, and whether that"
                        + " interface of " + to.name() + " is up");
            }
            return byUncounted(from, seen, packets(false, true), "")
                    .orElseGet(() -> unknown(from.name() + " drops its own packets, and no rule of iptables or nftables"
                            + " there has counted them: look for tc, eBPF or a security program"));
        }

        private static boolean hasNoRoute(PacketTrace trace, String address) {
            return trace.routes().getOrDefault(address, UNKNOWN).device().equals("none");
        }

        private static DropCause noRoute(Droplet at, String address) {
            return unknown(at.name() + " has no route to " + address + "; see there: ip route get " + address);
        }

        /** The packets leave the droplet that connects. */
        private DropCause afterSending(PacketTrace target) {
            long arrived = target.count(client, "in", "syn", source());
            if (arrived == 0) {
                return lostOnTheWay(from, to, seen.routes().getOrDefault(target(), UNKNOWN), source());
            }
            long answered = target.count(client, "out", "answer", source());
            if (answered == 0) {
                return atTarget(target, arrived);
            }
            long back = seen.count(client, "in", "answer", target());
            if (back == 0) {
                return lostOnTheWay(to, from, target.routes().getOrDefault(source(), UNKNOWN), target());
            }
            return byRule(from, seen, packets(false, false), back)
                    .or(() -> byKernel(from, seen))
                    .or(() -> byUncounted(from, seen, packets(false, false), ""))
                    .orElseGet(() -> nothingCounts(from, "the answers of " + to.name()));
        }

        /** The packets arrive at the droplet of the memcached, which sends no answer. */
        private DropCause atTarget(PacketTrace target, long arrived) {
            long refused = target.count(client, "out", "reset", source()) + seen.count(client, "in", "reset", target());
            boolean rejected = refused + target.count(client, "out", "unreachable", source()) > 0;
            return byRule(to, target, packets(true, true), arrived)
                    .or(() -> rejected ? byUncounted(to, target, packets(true, true), "reject") : Optional.empty())
                    .or(() -> refused > 0
                            ? Optional.of(new DropCause(
                                    "no program listens there at " + target() + ":" + port, to, List.of(), Kind.RULES))
                            : byRule(to, target, packets(true, false), arrived))
                    .or(() -> hasNoRoute(target, source()) ? Optional.of(noRoute(to, source())) : Optional.empty())
                    .or(() -> target.counters().getOrDefault("ListenOverflows", 0L) >= arrived
                            ? Optional.of(unknown("memcached there accepts no connections: its queue is full"))
                            : byKernel(to, target))
                    .or(() -> byUncounted(to, target, packets(true, true), ""))
                    .or(() -> byUncounted(to, target, packets(true, false), ""))
                    .orElseGet(() -> nothingCounts(to, "the packets that arrive"));
        }

        /** Without captured packets, the counters at both ends decide. */
        private DropCause countersAlone(long attempts) {
            PacketTrace target = other == null ? seen : other;
            return byRule(from, seen, packets(false, true), attempts)
                    .or(() -> byRule(to, target, packets(true, true), attempts))
                    .or(() -> byRule(to, target, packets(true, false), attempts))
                    .or(() -> byRule(from, seen, packets(false, false), attempts))
                    .orElseGet(() -> unknown("packets cannot be captured there, and no rule has counted these"));
        }

        /** The rule that counted the packets. */
        private Optional<DropCause> byRule(Droplet at, PacketTrace trace, DroppingRule.Packets packets, long number) {
            List<DroppingRule> rules = trace.rules().stream()
                    .filter(rule -> rule.mayHaveDropped(packets, number))
                    .filter(rule -> client.equals(PacketTrace.PHP) || !rule.isOfGuard())
                    .toList();
            if (rules.isEmpty()) {
                return Optional.empty();
            }
            if (rules.stream().anyMatch(DroppingRule::isOfGuard)) {
                return Optional.of(new DropCause(at.name() + "'s guard refuses them", at, List.of(), Kind.GUARD));
            }
            if (rules.size() > 1) {
                String all = rules.stream().limit(3).map(DroppingRule::describe).collect(Collectors.joining(", or "));
                return Optional.of(new DropCause(drops(at, packets) + all, at, List.of(), Kind.FOREIGN));
            }
            DroppingRule rule = rules.get(0);
            boolean ours = rule.isOurs() || rule.isAfterOurs(packets);
            return Optional.of(new DropCause(
                    drops(at, packets) + rule.describe(),
                    at,
                    rule.isOurs() ? List.of() : rule.remedy(packets, trace.tools()),
                    ours ? Kind.RULES : Kind.FOREIGN));
        }

        /** The chains of nftables that count nothing, and may have dropped the packets by a rule with this verdict. */
        private Optional<DropCause> byUncounted(
                Droplet at, PacketTrace trace, DroppingRule.Packets packets, String verdict) {
            List<DroppingRule> rules = trace.rules().stream()
                    .filter(rule -> rule.isUncounted(packets) && rule.text().contains(verdict))
                    .toList();
            List<String> bases =
                    rules.stream().map(DroppingRule::describeBase).distinct().toList();
            return bases.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new DropCause(
                            drops(at, packets) + String.join(", or ", bases),
                            at,
                            bases.size() > 1 ? List.of() : rules.get(0).remedy(packets, trace.tools()),
                            Kind.FOREIGN));
        }

        private Optional<DropCause> byKernel(Droplet at, PacketTrace trace) {
            if (trace.counters().getOrDefault("IPReversePathFilter", 0L) > 0) {
                String peer = at.equals(from) ? target() : source();
                return Optional.of(unknown(at.name() + " drops packets of " + peer + " on arrival, because its route to"
                        + " that address is another way (rp_filter); see there: ip route get " + peer));
            }
            return trace.counters().containsKey("conntrack")
                    ? Optional.of(unknown(at.name() + " drops new connections: its table of connections is full"
                            + " (net.netfilter.nf_conntrack_max)"))
                    : Optional.empty();
        }

        private String drops(Droplet at, DroppingRule.Packets packets) {
            String which = packets.request()
                    ? packets.incoming() ? " drops the packets on arrival, by " : " drops its own packets, by "
                    : packets.incoming() ? " drops the answers, by " : " drops its own answers, by ";
            return at.name() + which;
        }

        private DropCause lostOnTheWay(Droplet sender, Droplet receiver, PacketTrace.Route route, String own) {
            String peer = receiver.privateIp().text();
            boolean wrongWay = !route.source().equals("none") && !route.source().equals(own);
            String what = wrongWay
                    ? "packets of " + sender.name() + " to " + peer + " leave through " + route.device()
                            + " with the address "
                            + route.source() + ", which is not its private one, and do not arrive; route the private"
                            + " network to the private interface there (ip route get " + peer + ")"
                    : "the network between them drops the packets: they leave " + sender.name() + " through "
                            + route.device() + " and do not arrive at " + receiver.name()
                            + "; see whether the provider's firewall admits TCP port " + port
                            + " between the droplets, and whether both are in one private network";
            return unknown(what);
        }

        private static DropCause unknown(String what) {
            return new DropCause(what, null, List.of(), Kind.FOREIGN);
        }

        private static DropCause nothingCounts(Droplet at, String which) {
            return unknown(
                    at.name() + " drops " + which + ", and no rule of iptables or nftables there has counted them:"
                            + " look for tc, eBPF or a security program");
        }
    }
}
