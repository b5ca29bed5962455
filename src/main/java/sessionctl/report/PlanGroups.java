package sessionctl.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Names;
import sessionctl.plan.Change;

/** The planned changes of many droplets, each shown once for all droplets where only the own address differs. */
public final class PlanGroups {
    /** The maximum number of consecutive lines that differ in an address only; more are counted. */
    private static final int MAX_ALIKE = 5;

    private static final int SHOWN_ALIKE = 2;
    private static final int MAX_NAMES = 12;

    /** An IPv4 address, also as a regular expression that matches it. */
    private static final Pattern ADDRESS =
            Pattern.compile("(?<![0-9.])[0-9]{1,3}(?:(?:[.]|\\[[.]\\])[0-9]{1,3}){3}(?![0-9])");

    private final List<Group> groups = new ArrayList<>();
    private final Map<String, List<Group>> groupsByShape = new HashMap<>();
    private final Map<String, List<Entry>> changesByShape = new HashMap<>();

    private PlanGroups() {}

    /**
     * Droplets whose changes are equal but for their own addresses.
     *
     * @param members the first is the one whose changes are shown
     */
    public record Group(List<DropletReport> members, List<ShownChange> changes) {
        /** Returns the droplet whose changes are shown. */
        public DropletReport first() {
            return members.get(0);
        }

        /** Returns the names of the droplets, or the first ones and the number of the others. */
        public String names() {
            return Names.some(members.stream().map(e -> e.droplet().name()).toList(), MAX_NAMES);
        }

        /** Returns the title of the group: the droplet with its address, or all names. */
        public String title() {
            return members.size() == 1 ? first().droplet().toString() : names();
        }

        /** Returns the number of changes, as in "2 changes" and "2 changes each". */
        public String size() {
            return RunReport.count(first().changes().size(), "change") + (members.size() > 1 ? " each" : "");
        }
    }

    /**
     * A change with its diffs.
     *
     * @param sameAs the droplet for which an equal change has already been shown; empty if there is none
     * @param diffs the lines of each diff; empty if they have already been shown
     */
    public record ShownChange(Change change, Optional<Droplet> sameAs, List<List<String>> diffs) {}

    /** A change as it is compared: its lines with a droplet's own addresses. */
    private record Entry(Droplet droplet, List<String> lines) {
        /** Returns the lines without addresses. */
        String shape() {
            return lines.stream().map(PlanGroups::shape).collect(Collectors.joining("\n"));
        }

        /** Returns true if another entry of the same shape is equal if the droplets exchange their addresses. */
        boolean equalsExceptOwnAddress(Entry other) {
            Map<String, Integer> left = new HashMap<>();
            lines.forEach(line -> left.merge(line, 1, Integer::sum));
            List<String> right = new ArrayList<>();
            for (String line : other.lines) {
                if (!take(left, line)) {
                    right.add(line);
                }
            }
            return right.stream().allMatch(line -> take(left, exchange(line, other.droplet, droplet)));
        }

        private static boolean take(Map<String, Integer> bag, String line) {
            Integer count = bag.get(line);
            if (count == null) {
                return false;
            }
            if (count == 1) {
                bag.remove(line);
            } else {
                bag.put(line, count - 1);
            }
            return true;
        }
    }

    /** Groups the droplets that have changes, in the order of the first droplet of each group. */
    public static List<Group> of(List<DropletReport> entries) {
        PlanGroups all = new PlanGroups();
        entries.stream().filter(e -> !e.changes().isEmpty()).forEach(all::add);
        return all.groups;
    }

    private void add(DropletReport report) {
        List<Entry> parts = parts(report);
        String shape = parts.stream().map(Entry::shape).collect(Collectors.joining("\n\n"));
        List<Group> candidates = groupsByShape.computeIfAbsent(shape, s -> new ArrayList<>());
        for (Group group : candidates) {
            if (areEqual(parts(group.first()), parts)) {
                group.members().add(report);
                return;
            }
        }
        Group group = new Group(new ArrayList<>(List.of(report)), show(report));
        candidates.add(group);
        groups.add(group);
    }

    private static boolean areEqual(List<Entry> some, List<Entry> others) {
        for (int i = 0; i < some.size(); i++) {
            if (!some.get(i).equalsExceptOwnAddress(others.get(i))) {
                return false;
            }
        }
        return true;
    }

    private List<ShownChange> show(DropletReport report) {
        List<ShownChange> shown = new ArrayList<>();
        for (Change change : report.changes()) {
            Entry entry = entry(report.droplet(), change);
            List<Entry> earlier = changesByShape.computeIfAbsent(entry.shape(), s -> new ArrayList<>());
            Optional<Droplet> same = change.summary().isEmpty()
                    ? Optional.empty()
                    : earlier.stream()
                            .filter(e -> e.equalsExceptOwnAddress(entry))
                            .map(Entry::droplet)
                            .findFirst();
            if (same.isEmpty()) {
                earlier.add(entry);
            }
            List<List<String>> diffs = same.isPresent()
                    ? List.of()
                    : change.summary().stream().map(PlanGroups::shorten).toList();
            shown.add(new ShownChange(change, same, diffs));
        }
        return shown;
    }

    /** Returns the entries to compare: the warnings, then each change. */
    private static List<Entry> parts(DropletReport report) {
        List<Entry> parts = new ArrayList<>();
        parts.add(new Entry(report.droplet(), report.warnings()));
        report.changes().forEach(change -> parts.add(entry(report.droplet(), change)));
        return parts;
    }

    private static Entry entry(Droplet droplet, Change change) {
        List<String> lines = new ArrayList<>();
        lines.add(change.stage() + ": " + change.describe());
        lines.add(change.risk().words());
        change.summary().forEach(lines::addAll);
        return new Entry(droplet, lines);
    }

    private static String shape(String line) {
        return ADDRESS.matcher(line).replaceAll(address -> "*");
    }

    /** Replaces the addresses of each of two droplets by the other's. */
    private static String exchange(String line, Droplet one, Droplet other) {
        return ADDRESS.matcher(line).replaceAll(found -> exchange(found, one, other));
    }

    private static String exchange(MatchResult found, Droplet one, Droplet other) {
        String address = found.group().replace("[.]", ".");
        String exchanged = address;
        if (address.equals(one.privateIp().text())) {
            exchanged = other.privateIp().text();
        } else if (address.equals(other.privateIp().text())) {
            exchanged = one.privateIp().text();
        } else if (address.equals(one.publicIp().text())) {
            exchanged = other.publicIp().text();
        } else if (address.equals(other.publicIp().text())) {
            exchanged = one.publicIp().text();
        }
        return found.group().equals(address) ? exchanged : exchanged.replace(".", "[.]");
    }

    /** Counts lines that differ from those before them in an address only, if there are many. */
    private static List<String> shorten(List<String> lines) {
        List<String> some = new ArrayList<>();
        for (int i = 0; i < lines.size(); ) {
            String shape = shape(lines.get(i));
            int end = i + 1;
            while (!shape.equals(lines.get(i))
                    && end < lines.size()
                    && shape(lines.get(end)).equals(shape)) {
                end++;
            }
            int alike = end - i;
            int most = alike > MAX_ALIKE ? SHOWN_ALIKE : alike;
            some.addAll(lines.subList(i, i + most));
            if (alike > most) {
                some.add(lines.get(i).charAt(0) + " … " + (alike - most)
                        + " more lines like these, each with another address");
            }
            i = end;
        }
        return some;
    }
}
