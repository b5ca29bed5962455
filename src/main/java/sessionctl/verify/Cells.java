package sessionctl.verify;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.RandomAccess;
import sessionctl.inventory.Droplet;

/** A matrix as its parts: a large cluster has the square of its droplets' number of cells, which are made when asked for. */
public final class Cells extends AbstractList<Cell> implements RandomAccess {
    private final List<List<Cell>> parts;

    /** Behind each part, how many cells there are until there. */
    private final int[] ends;

    private Cells(Collection<List<Cell>> parts) {
        this.parts = List.copyOf(parts);
        this.ends = new int[parts.size()];
        int size = 0;
        for (int i = 0; i < ends.length; i++) {
            size += this.parts.get(i).size();
            ends[i] = size;
        }
    }

    /** One list of these. */
    public static List<Cell> of(Collection<List<Cell>> parts) {
        return new Cells(parts);
    }

    /** A copy that nobody else changes, in no more memory than the list itself. */
    public static List<Cell> copyOf(List<Cell> cells) {
        return cells instanceof Cells ? cells : List.copyOf(cells);
    }

    @Override
    public Cell get(int index) {
        int found = Arrays.binarySearch(ends, index + 1);
        int part = found < 0 ? -found - 1 : found;
        while (part > 0 && ends[part - 1] > index) {
            part--;
        }
        return parts.get(part).get(index - (part == 0 ? 0 : ends[part - 1]));
    }

    @Override
    public int size() {
        return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    /** What one droplet found at all private addresses: a byte for each of them. */
    @SuppressWarnings("EnumOrdinal") // It never leaves the process.
    static final class Row extends AbstractList<Cell> implements RandomAccess {
        private static final Answer[] ANSWERS = Answer.values();

        private final String from;
        private final List<Droplet> droplets;
        private final byte[] answers;
        private final String unknown;

        /**
         * A row.
         *
         * @param droplets those that were tried, in order
         * @param answers theirs
         * @param unknown what came instead of an answer
         */
        Row(String from, List<Droplet> droplets, Collection<Answer> answers, String unknown) {
            this.from = from;
            this.droplets = droplets;
            this.unknown = unknown;
            this.answers = new byte[droplets.size()];
            int i = 0;
            for (Answer answer : answers) {
                this.answers[i++] = (byte) answer.ordinal();
            }
        }

        @Override
        public Cell get(int index) {
            Droplet to = droplets.get(index);
            Answer answer = ANSWERS[answers[index]];
            String why = answer == Answer.UNKNOWN ? unknown : answer == Answer.NOT_TESTED ? Cell.UNREACHED : "";
            return new Cell(from, to, to.privateIp().text(), true, answer, why);
        }

        @Override
        public int size() {
            return answers.length;
        }
    }
}
