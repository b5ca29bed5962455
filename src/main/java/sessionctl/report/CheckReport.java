package sessionctl.report;

import sessionctl.health.Preflight;

/** One form of telling what would stop a first run. */
public interface CheckReport {
    /**
     * All of it.
     *
     * @param exitCode what the process will end with
     */
    String of(Preflight preflight, int exitCode);
}
