package sessionctl.facts;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The packages in the output of dpkg-query(1), in lines of status, name and version.
 *
 * @param installed the versions of completely installed packages, by name
 * @param halfInstalled names of half installed packages: unpacked, half configured, awaiting triggers, or requiring
 *     reinstallation
 */
record InstalledPackages(Map<String, String> installed, Set<String> halfInstalled) {
    static InstalledPackages parse(String text) {
        Map<String, String> installed = new LinkedHashMap<>();
        Set<String> broken = new LinkedHashSet<>();
        for (String line : AnswerSections.lines(text)) {
            if (line.length() < 5) {
                continue;
            }
            // The second letter is the state. The third is R if a reinstallation is required, otherwise a space.
            char state = line.charAt(1);
            String[] words = line.substring(3).strip().split(" ", 2);
            if (state == 'i' && line.charAt(2) == ' ') {
                installed.put(words[0], words.length == 2 ? words[1] : "");
            } else if (state != 'n' && state != 'c') {
                broken.add(words[0]);
            }
        }
        return new InstalledPackages(installed, broken);
    }

    /**
     * Parses records of apt-cache(8) with the fields Package, Version and Depends. Returns, by name, the version of
     * memcached and the dependencies of all other packages.
     */
    static Map<String, String> offers(String records) {
        Map<String, String> offers = new LinkedHashMap<>();
        String name = "";
        for (String line : AnswerSections.lines(records)) {
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
