package sessionctl.state;

/**
 * A run as a droplet records it. An unknown field is {@code -}.
 *
 * @param time in UTC by the droplet's clock: the start of the run, or its end in a log
 * @param id the same on every droplet of the run
 * @param who the user and the machine where the run was started
 * @param login the user of the SSH connection
 * @param from the address that the connection came from
 * @param command in words
 * @param version of the program
 */
public record RunInfo(String time, String id, String who, String login, String from, String command, String version) {}
