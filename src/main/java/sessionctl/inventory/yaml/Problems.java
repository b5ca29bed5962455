package sessionctl.inventory.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects the problems of one file, so that one run reports all of them. */
public final class Problems {
    private static final Comparator<InventoryProblem> BY_POSITION = Comparator.comparingInt(InventoryProblem::line)
            .thenComparingInt(InventoryProblem::column)
            .thenComparing(InventoryProblem::path)
            .thenComparing(InventoryProblem::fault);

    private static final int MAX_PATH_LENGTH = 200;

    private final String file;
    private final List<InventoryProblem> found = new ArrayList<>();

    public Problems(String file) {
        this.file = file;
    }

    public void add(SourceLocation place, String fault, String expected) {
        found.add(new InventoryProblem(
                file,
                place.line(),
                place.column(),
                QuotedText.visible(QuotedText.cut(place.path(), MAX_PATH_LENGTH)),
                QuotedText.visible(fault),
                QuotedText.visible(expected)));
    }

    public boolean none() {
        return found.isEmpty();
    }

    /** Returns the problems by position. A problem in an aliased value is reported once, at the first path. */
    public List<InventoryProblem> sorted() {
        Map<List<Object>, InventoryProblem> once = new HashMap<>();
        found.forEach(problem -> once.putIfAbsent(
                List.of(problem.line(), problem.column(), problem.fault(), problem.expected()), problem));
        return once.values().stream().sorted(BY_POSITION).toList();
    }
}
