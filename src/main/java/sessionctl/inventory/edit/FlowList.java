package sessionctl.inventory.edit;

import java.util.ArrayList;
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
        int start = items.get(index).start();
        int end = items.get(index).end();
        boolean isLast = index == items.size() - 1;
        int next = isLast ? bracket() : items.get(index + 1).start();
        int comma = source.comma(end, next);
        boolean alone = source.isFirstInLine(start) && next > source.lineEnd(end) && comma <= source.lineEnd(end);
        List<Splice> splices = new ArrayList<>();
        if (alone) {
            splices.add(Splice.delete(source.lineStart(start), source.nextLine(end)));
        } else if (comma >= 0) {
            int rest = source.text().substring(end, next).isBlank() || isLast ? comma + 1 : next;
            splices.add(Splice.delete(start, source.text().substring(end, next).contains("#") ? comma + 1 : rest));
        } else {
            splices.add(Splice.delete(start, end));
        }
        if (isLast && comma < 0 && index > 0) {
            int before = items.get(index - 1).end();
            int unneeded = source.comma(before, start);
            boolean blank =
                    !alone && source.text().substring(unneeded + 1, start).isBlank();
            splices.add(Splice.delete(unneeded, blank ? start : unneeded + 1));
        }
        return splices;
    }
}
