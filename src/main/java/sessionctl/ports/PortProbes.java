package sessionctl.ports;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import sessionctl.inventory.Droplet;

/** A list of probes that is made of parts. A cluster of n droplets has n² probes, so they are created on access. */
public final class PortProbes extends AbstractList<PortProbe> implements RandomAccess {
    private final List<List<PortProbe>> parts;

    /** The number of probes up to the end of each part. */
    private final int[] ends;

    private PortProbes(Collection<List<PortProbe>> parts) {
        this.parts = parts.stream().filter(part -> !part.isEmpty()).toList();
        this.ends = new int[this.parts.size()];
        int size = 0;
        for (int i = 0; i < ends.length; i++) {
            size += this.parts.get(i).size();
            ends[i] = size;
        }
    }

    /** Returns one list of all parts. */
    public static List<PortProbe> of(Collection<List<PortProbe>> parts) {
        return new PortProbes(parts);
    }

    /** Returns a list with other probes in some places. */
    static List<PortProbe> replacing(List<PortProbe> all, Map<Integer, PortProbe> places) {
        return of(List.of(new AbstractList<>() {
            @Override
            public PortProbe get(int index) {
                PortProbe place = places.get(index);
                return place == null ? all.get(index) : place;
            }

            @Override
            public int size() {
                return all.size();
            }
        }));
    }

    /** Returns an immutable copy that uses no more memory than the list itself. */
    public static List<PortProbe> copyOf(List<PortProbe> cells) {
        return cells instanceof PortProbes ? cells : List.copyOf(cells);
    }

    @Override
    public PortProbe get(int index) {
        int found = Arrays.binarySearch(ends, index + 1);
        int part = found < 0 ? -found - 1 : found;
        return parts.get(part).get(index - (part == 0 ? 0 : ends[part - 1]));
    }

    @Override
    public int size() {
        return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    /** The probes of one droplet at all private addresses, stored as one byte each. */
    @SuppressWarnings("EnumOrdinal") // The ordinals never leave the process.
    static final class Row extends AbstractList<PortProbe> implements RandomAccess {
        private static final PortState[] ANSWERS = PortState.values();

        private final String from;
        private final List<Droplet> droplets;
        private final byte[] answers;
        private final String unknown;

        /**
         * A row.
         *
         * @param droplets the probed droplets, in order
         * @param answers their states, in the same order
         * @param unknown the explanation for unknown states
         */
        Row(String from, List<Droplet> droplets, Collection<PortState> answers, String unknown) {
            this.from = from;
            this.droplets = droplets;
            this.unknown = unknown;
            this.answers = new byte[droplets.size()];
            int i = 0;
            for (PortState answer : answers) {
                this.answers[i++] = (byte) answer.ordinal();
            }
        }

        @Override
        public PortProbe get(int index) {
            Droplet to = droplets.get(index);
            PortState answer = ANSWERS[answers[index]];
            String why =
                    answer == PortState.UNKNOWN ? unknown : answer == PortState.NOT_TESTED ? PortProbe.UNREACHED : "";
            return new PortProbe(from, to, to.privateIp().text(), true, answer, why);
        }

        @Override
        public int size() {
            return answers.length;
        }
    }
}
