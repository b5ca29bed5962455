package sessionctl.inventory;

import java.util.HashMap;
import java.util.Map;

/** Who was first to use a name or an address, so that nobody else does. */
final class Claims {
    private final Problems problems;
    private final Map<String, Place> first = new HashMap<>();

    Claims(Problems problems) {
        this.problems = problems;
    }

    /**
     * @param key equal for texts that must not meet
     * @param text as the file has it
     */
    void claim(String key, String text, Place place) {
        Place taken = first.putIfAbsent(key, place);
        if (taken != null) {
            problems.add(
                    place,
                    Quoted.of(text) + " is " + taken.path() + " in line " + taken.line() + " already",
                    "expected one of its own");
        }
    }
}
