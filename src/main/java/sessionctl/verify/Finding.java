package sessionctl.verify;

/**
 * What breaks a promise.
 *
 * @param droplet where, by name
 * @param what one sentence without the droplet's name and without a full stop
 * @param remedy what to do, as in {@code run: sessionctl provision}
 */
public record Finding(String droplet, String what, String remedy) {}
