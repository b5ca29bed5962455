package sessionctl.inventory.edit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.yaml.Problems;
import sessionctl.inventory.yaml.ValueNode;
import sessionctl.inventory.yaml.Variables;
import sessionctl.inventory.yaml.YamlText;

/** The list of droplets in the text of a valid inventory. */
abstract class DropletList {
    final SourceText source;
    final SequenceNode node;
    final List<DropletItem> items;

    DropletList(SourceText source, SequenceNode node, List<DropletItem> items) {
        this.source = source;
        this.node = node;
        this.items = List.copyOf(items);
    }

    /**
     * Finds the list.
     *
     * @throws RefusedEditException if it is written with anchors or aliases
     */
    static DropletList of(String text) throws RefusedEditException {
        SourceText source = new SourceText(text);
        MappingNode document = (MappingNode) YamlText.tree(text, new Variables(Map.of()), new Problems(""))
                .map(ValueNode::node)
                .orElseThrow();
        for (NodeTuple entry : document.getValue()) {
            if (entry.getKeyNode() instanceof ScalarNode key
                    && key.getValue().equals("droplets")
                    && entry.getValueNode() instanceof SequenceNode list) {
                List<DropletItem> items = items(source, key, list);
                return list.getFlowStyle() == FlowStyle.FLOW
                        ? new FlowList(source, list, items)
                        : new BlockList(source, list, items);
            }
        }
        throw new RefusedEditException("it has no list of droplets");
    }

    private static List<DropletItem> items(SourceText source, ScalarNode key, SequenceNode list)
            throws RefusedEditException {
        List<DropletItem> items = new ArrayList<>();
        int after = key.getEndMark().getIndex();
        boolean aliased = list.getStartMark().getIndex() < after || list.getAnchor() != null;
        for (Node item : list.getValue()) {
            aliased |= item.getStartMark().getIndex() < after || item.getAnchor() != null;
            after = item.getStartMark().getIndex() + 1;
            items.add(new DropletItem(source, (MappingNode) item));
        }
        if (aliased) {
            throw new RefusedEditException("its droplets are written with anchors or aliases; write them out");
        }
        return items;
    }

    /** Returns the edits that append a droplet in the style of the last one. */
    abstract List<Splice> append(Droplet droplet) throws RefusedEditException;

    /** Returns the edits that delete a droplet, with the comments within its lines. */
    abstract List<Splice> delete(int index) throws RefusedEditException;

    DropletItem last() {
        return items.get(items.size() - 1);
    }
}
