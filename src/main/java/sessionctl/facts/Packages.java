package sessionctl.facts;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What dpkg-query(1) says in lines of status, name, version.
 *
 * @param installed name to version of what is installed whole
 * @param broken names of what is half way: unpacked, half configured, awaiting triggers, in need of a reinstallation
 */
record Packages(Map<String, String> installed, Set<String> broken) {
    static Packages parse(String text) {
        Map<String, String> installed = new LinkedHashMap<>();
        Set<String> broken = new LinkedHashSet<>();
        for (String line : Sections.lines(text)) {
            if (line.length() < 5) {
                continue;
            }
            // The second letter is the state, the third is R when a reinstallation is needed, else a space.
            char state = line.charAt(1);
            String[] words = line.substring(3).strip().split(" ", 2);
            if (state == 'i' && line.charAt(2) == ' ') {
                installed.put(words[0], words.length == 2 ? words[1] : "");
            } else if (state != 'n' && state != 'c') {
                broken.add(words[0]);
            }
        }
        return new Packages(installed, broken);
    }

    /** From records of apt-cache(8) with the fields Package, Version and Depends: what PHP's depend on, others' version. */
    static Map<String, String> offers(String records) {
        Map<String, String> offers = new LinkedHashMap<>();
        String name = "";
        for (String line : Sections.lines(records)) {
            String[] sides = line.split(": ", 2);
            if (sides.length < 2) {
                continue;
            }
            if (sides[0].equals("Package")) {
                name = sides[1].strip();
            } else if (sides[0].equals(name.equals("memcached") ? "Version" : "Depends")) {
                offers.putIfAbsent(name, sides[1].strip());
            }
        }
        return offers;
    }
}
