package sessionctl.state;

/**
 * Who works on a droplet, or did, as the droplet has it; nothing is known as {@code -}.
 *
 * @param time in UTC by the droplet's clock: when it began, or, in a log, when it ended
 * @param id the same on every droplet of the run
 * @param who the user and the machine where the run was started
 * @param login the user whom sshd let in
 * @param from the address that the connection came from
 * @param command in words
 * @param version of the program
 */
public record RunStamp(String time, String id, String who, String login, String from, String command, String version) {}
