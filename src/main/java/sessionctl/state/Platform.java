package sessionctl.state;

/**
 * The operating system of a droplet.
 *
 * @param id ID of os-release: debian, ubuntu
 * @param version VERSION_ID of os-release: 12, 22.04
 * @param name PRETTY_NAME of os-release
 * @param systemd true if systemd is the running init
 */
public record Platform(String id, String version, String name, boolean systemd) {}
