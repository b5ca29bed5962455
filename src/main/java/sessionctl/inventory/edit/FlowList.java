package sessionctl.inventory.edit;

import java.util.List;
import org.yaml.snakeyaml.nodes.SequenceNode;
import sessionctl.inventory.Droplet;

/** A list in brackets. */
final class FlowList extends DropletList {
    FlowList(SourceText source, SequenceNode node, List<DropletItem> items) {
        super(source, node, items);
    }

    /** Returns the offset of the closing bracket. */
    private int bracket() {
        return source.at(node.getEndMark()) - 1;
    }

    @Override
    List<Splice> append(Droplet droplet) {
        int start = last().start();
        int end = last().end();
        String item = last().like(droplet);
        if (!source.isFirstInLine(start)) {
            String between = items.size() < 2
                    ? ", "
                    : source.between(items.get(items.size() - 2).end(), start, "\\s*,\\s*", ", ");
            return List.of(Splice.insert(end, between + item));
        }
        String indent = source.text().substring(source.lineStart(start), start);
        String lineBreak = source.lineBreak(start);
        int comma = source.comma(end, bracket());
        if (bracket() <= source.lineEnd(end) || comma > source.lineEnd(end)) {
            return List.of(Splice.insert(end, "," + lineBreak + indent + item));
        }
        Splice line = Splice.insert(source.nextLine(end), indent + item + (comma < 0 ? "" : ",") + lineBreak);
        return comma < 0 ? List.of(Splice.insert(end, ","), line) : List.of(line);
    }

    @Override
    List<Splice> delete(int index) {
        boolean isLast = index == items.size() - 1;
        int end = items.get(index).end();
        int next = isLast ? bracket() : items.get(index + 1).start();
        int comma = source.comma(end, next);
        Splice item = item(items.get(index).start(), end, comma, next);
        return isLast && comma < 0 && index > 0
                ? List.of(item, separator(index, source.lineStart(item.from()) == item.from()))
                : List.of(item);
    }

    /**
     * Returns the deletion of an item and of the comma after it.
     *
     * @param comma the offset of the comma; -1 if there is none
     * @param next the start of the next item or of the bracket
     */
    private Splice item(int start, int end, int comma, int next) {
        if (source.isFirstInLine(start) && next > source.lineEnd(end) && comma <= source.lineEnd(end)) {
            return Splice.delete(source.lineStart(start), source.nextLine(end));
        }
        if (comma < 0) {
            return Splice.delete(start, end);
        }
        boolean comment = source.text().substring(end, next).contains("#");
        return Splice.delete(start, comment || next == bracket() ? comma + 1 : next);
    }

    /**
     * Returns the deletion of the comma before an item.
     *
     * @param alone true if the lines of the item are deleted
     */
    private Splice separator(int index, boolean alone) {
        int start = items.get(index).start();
        int comma = source.comma(items.get(index - 1).end(), start);
        boolean blank = source.text().substring(comma + 1, start).isBlank();
        return Splice.delete(comma, blank && !alone ? start : comma + 1);
    }
}
