package sessionctl.report;

/**
 * The origin of a report, for later readers.
 *
 * @param time the time of the observation
 * @param version the version of sessionctl
 * @param inventory the inventory's name
 * @param command the command that creates such a report
 * @param refresh the interval in seconds after which a new report is written; 0 for a report that is written once
 */
public record Provenance(String time, String version, String inventory, String command, int refresh) {}
