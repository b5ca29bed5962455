package sessionctl.inventory;

/**
 * The address at which a droplet's memcached listens: an IPv4 literal. A type of its own, so that it cannot be confused
 * with a public address.
 */
public record PrivateAddress(String text) {
    @Override
    public String toString() {
        return text;
    }
}
