package sessionctl.verify;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The results of one run of {@code verify}.
 *
 * @param cluster the cluster's name
 * @param droplets the names of the verified droplets
 * @param checks the checks, causes before consequences
 * @param unreached the droplets that could not be reached or were lost, with the reason
 * @param phpUses the versions and settings of each droplet's PHP
 * @param replicas the replicas that were found; null if no check got that far
 */
public record VerificationResult(
        String cluster,
        List<String> droplets,
        List<CheckResult> checks,
        List<CheckFailure> unreached,
        List<PhpUse> phpUses,
        @Nullable SessionReplicas replicas) {
    /**
     * The web server's PHP of a droplet.
     *
     * @param module the version of its memcache module; empty if it is not loaded
     * @param fingerprint a short hash of its session settings
     * @param slowest the duration of its slowest answer, in milliseconds
     */
    public record PhpUse(String droplet, String php, String sapi, String module, String fingerprint, long slowest) {}

    public VerificationResult {
        droplets = List.copyOf(droplets);
        checks = List.copyOf(checks);
        unreached = List.copyOf(unreached);
        phpUses = List.copyOf(phpUses);
    }

    /**
     * Returns, for each droplet, the findings of the first check that failed there: the other failures are most likely
     * consequences.
     */
    public List<CheckFailure> causes() {
        List<CheckFailure> causes = new ArrayList<>(unreached);
        Set<String> reported = new HashSet<>();
        for (CheckResult one : checks) {
            List<CheckFailure> here = one.failures().stream()
                    .filter(f -> !reported.contains(f.droplet()))
                    .toList();
            causes.addAll(here);
            here.forEach(f -> reported.add(f.droplet()));
        }
        return causes;
    }

    /** Returns the number of checks with this result. */
    public long count(CheckResult.Result result) {
        return checks.stream().filter(c -> c.result() == result).count();
    }
}
