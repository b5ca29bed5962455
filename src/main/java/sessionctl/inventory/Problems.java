package sessionctl.inventory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The problems of one file, collected so that one run tells all of them. */
final class Problems {
    private static final Comparator<InventoryProblem> BY_POSITION = Comparator.comparingInt(InventoryProblem::line)
            .thenComparingInt(InventoryProblem::column)
            .thenComparing(InventoryProblem::path)
            .thenComparing(InventoryProblem::is);

    private static final int LONGEST_PATH = 200;

    private final String file;
    private final List<InventoryProblem> found = new ArrayList<>();

    Problems(String file) {
        this.file = file;
    }

    void add(Place place, String is, String expected) {
        found.add(new InventoryProblem(
                file,
                place.line(),
                place.column(),
                Quoted.visible(Quoted.cut(place.path(), LONGEST_PATH)),
                Quoted.visible(is),
                Quoted.visible(expected)));
    }

    boolean none() {
        return found.isEmpty();
    }

    /** By position; what an alias repeats is told once, at the first path that leads there. */
    List<InventoryProblem> sorted() {
        Map<List<Object>, InventoryProblem> once = new HashMap<>();
        found.forEach(problem ->
                once.putIfAbsent(List.of(problem.line(), problem.column(), problem.is(), problem.expected()), problem));
        return once.values().stream().sorted(BY_POSITION).toList();
    }
}
