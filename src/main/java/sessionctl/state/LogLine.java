package sessionctl.state;

/**
 * A line of a droplet's log.
 *
 * @param micros its time in microseconds since 1970, by the droplet's clock
 * @param source the service or the file, such as {@code memcached}
 * @param text the bytes of the line
 */
public record LogLine(long micros, String source, String text) {}
