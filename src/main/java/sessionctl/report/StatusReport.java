package sessionctl.report;

import sessionctl.health.Overview;

/** One form of telling how a cluster fares. */
public interface StatusReport {
    /**
     * All of it.
     *
     * @param exitCode what the process will end with
     */
    String of(Overview overview, int exitCode);
}
