package sessionctl.desired;

import java.util.ArrayList;
import java.util.List;
import sessionctl.state.MemcachedFlags;
import sessionctl.state.MemcachedFlags.Flag;

/** Sets options in a droplet's own memcached.conf and leaves every other line as it is. */
final class FlagFile {
    private FlagFile() {}

    /**
     * The file with these directives.
     *
     * @param directives each an option with its value; an optional one holds only where the file says nothing
     */
    static String with(String original, List<Directive> directives) {
        List<String> lines = new ArrayList<>(original.lines().toList());
        MemcachedFlags before = MemcachedFlags.ofFile(original);
        for (Directive directive : directives) {
            Flag flag = flag(directive);
            boolean present = !before.values(flag.option()).isEmpty();
            if (!(directive.optional() && present)) {
                set(lines, flag);
            }
        }
        return lines.equals(original.lines().toList()) ? original : String.join("\n", lines) + "\n";
    }

    private static Flag flag(Directive directive) {
        return MemcachedFlags.ofLine(directive.text()).get(0);
    }

    private static void set(List<String> lines, Flag flag) {
        boolean placed = false;
        for (int i = 0; i < lines.size(); i++) {
            List<Flag> found = MemcachedFlags.ofLine(lines.get(i));
            if (found.stream().noneMatch(f -> f.option().equals(flag.option()))) {
                continue;
            }
            List<Flag> kept = new ArrayList<>(found);
            kept.removeIf(f -> f.option().equals(flag.option()));
            if (!placed) {
                kept.add(flag);
                placed = true;
            }
            i = replace(lines, i, kept, found.equals(kept));
        }
        if (!placed) {
            lines.add(placeFor(lines, flag), flag.toString());
        }
    }

    /** Puts the line's flags back in; a line whose meaning did not change keeps its bytes. Returns its index. */
    private static int replace(List<String> lines, int index, List<Flag> flags, boolean same) {
        if (same) {
            return index;
        }
        if (flags.isEmpty()) {
            lines.remove(index);
            return index - 1;
        }
        lines.set(index, String.join(" ", flags.stream().map(Flag::toString).toList()));
        return index;
    }

    /** After the distribution's commented example of the option, else at the end. */
    private static int placeFor(List<String> lines, Flag flag) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).matches("#\\s*" + flag.option() + "(\\s.*)?")) {
                return i + 1;
            }
        }
        return lines.size();
    }
}
