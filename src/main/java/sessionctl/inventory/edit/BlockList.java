package sessionctl.inventory.edit;

import java.util.List;
import org.yaml.snakeyaml.nodes.SequenceNode;
import sessionctl.inventory.Droplet;

/** A list with a dash before each droplet. */
final class BlockList extends DropletList {
    private final int column;

    BlockList(SourceText source, SequenceNode node, List<DropletItem> items) {
        super(source, node, items);
        column = node.getStartMark().getColumn();
    }

    @Override
    List<Splice> append(Droplet droplet) throws RefusedEditException {
        int last = items.size() - 1;
        int dash = dash(last);
        int at = after(last);
        String lineBreak = source.lineBreak(dash);
        boolean apart = last > 0 && source.hasBlankLine(after(last - 1), dash);
        String item = (apart ? lineBreak : "") + " ".repeat(column) + lead(dash) + last().like(droplet);
        boolean unended = source.isEnd(at) && source.lineEnd(at) == at && source.lineStart(at) != at;
        return List.of(Splice.insert(at, unended ? lineBreak + item : item + lineBreak));
    }

    /** Returns the text from the dash to the first key or brace. */
    private String lead(int dash) {
        int first = last().isFlow() ? last().start() : last().firstKey();
        int blanks = last().isFlow() ? 1 : Math.max(1, last().keyColumn() - column - 1);
        return source.between(dash, first, "-\\s+", "-" + " ".repeat(blanks));
    }

    @Override
    List<Splice> delete(int index) throws RefusedEditException {
        int from = source.lineStart(dash(index));
        int to = after(index);
        int before = source.previousLine(from);
        boolean afterBlank = from > 0 && source.isBlankLine(before);
        if (source.isEnd(to)) {
            return List.of(Splice.delete(afterBlank ? before : from, to));
        }
        boolean doubled = afterBlank || (index == 0 && isKey(before));
        return List.of(Splice.delete(from, doubled && source.isBlankLine(to) ? source.nextLine(to) : to));
    }

    private boolean isKey(int line) {
        return source.text().substring(line, source.lineEnd(line)).strip().endsWith(":");
    }

    /** Returns the offset of an item's dash, which stands in its line or in one above it. */
    private int dash(int index) throws RefusedEditException {
        int stop = index == 0
                ? source.at(node.getStartMark())
                : items.get(index - 1).start();
        int line = source.lineStart(items.get(index).start());
        while (line + column >= stop) {
            if (source.text().startsWith("-", line + column) && source.isFirstInLine(line + column)) {
                return line + column;
            }
            if (line == 0) {
                break;
            }
            line = source.previousLine(line);
        }
        throw new RefusedEditException("the dash before item " + (index + 1) + " of droplets is in an unusual place");
    }

    /** Returns the start of the line after an item and the comments that are indented more than its dash. */
    private int after(int index) throws RefusedEditException {
        int next = source.nextLine(items.get(index).contentEnd());
        while (!source.isEnd(next) && isInnerComment(next)) {
            next = source.nextLine(next);
        }
        return next;
    }

    private boolean isInnerComment(int line) {
        String words = source.text().substring(line, source.lineEnd(line));
        return words.strip().startsWith("#") && words.indexOf('#') > column;
    }
}
