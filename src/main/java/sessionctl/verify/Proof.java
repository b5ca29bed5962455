package sessionctl.verify;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one run of verify tried.
 *
 * @param cluster its name
 * @param droplets the names of those that it is about
 * @param cases the promises, causes before what follows from them
 * @param unreached droplets that could not be reached or were lost, with why
 * @param uses what PHP on each droplet uses
 * @param copies where the sessions were found; null before that was tried
 */
public record Proof(
        String cluster,
        List<String> droplets,
        List<Case> cases,
        List<Finding> unreached,
        List<Uses> uses,
        @Nullable Copies copies) {
    /**
     * What the web server's PHP of a droplet is.
     *
     * @param module the version of its memcache module
     * @param fingerprint of its session settings
     * @param slowest milliseconds that the slowest answer took while nothing was wrong
     */
    public record Uses(String droplet, String php, String sapi, String module, String fingerprint, long slowest) {}

    /** Copies the lists. */
    public Proof {
        droplets = List.copyOf(droplets);
        cases = List.copyOf(cases);
        unreached = List.copyOf(unreached);
        uses = List.copyOf(uses);
    }

    /** Of those on a droplet, the ones of the first promise that is broken there: the rest most likely follows from it. */
    public List<Finding> causes() {
        List<Finding> causes = new ArrayList<>(unreached);
        Set<String> told = new HashSet<>();
        for (Case one : cases) {
            List<Finding> here = one.findings().stream()
                    .filter(f -> !told.contains(f.droplet()))
                    .toList();
            causes.addAll(here);
            here.forEach(f -> told.add(f.droplet()));
        }
        return causes;
    }

    /** How many promises stand so. */
    public long count(Case.Result result) {
        return cases.stream().filter(c -> c.result() == result).count();
    }
}
