package sessionctl.state;

/**
 * What a droplet runs on.
 *
 * @param id os-release's ID: debian, ubuntu
 * @param version os-release's VERSION_ID: 12, 22.04
 * @param name os-release's PRETTY_NAME
 * @param systemd whether systemd is the init that runs
 */
public record Platform(String id, String version, String name, boolean systemd) {}
