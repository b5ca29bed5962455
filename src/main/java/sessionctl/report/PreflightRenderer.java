package sessionctl.report;

import sessionctl.health.Preflight;

/** An output format for preflight checks. */
public interface PreflightRenderer {
    /**
     * Renders the complete report.
     *
     * @param exitCode the exit code of the process
     */
    String render(Preflight preflight, int exitCode);
}
