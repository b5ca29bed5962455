package sessionctl.inventory;

/** The address at which a droplet's memcached listens: an IPv4 literal. Never exchangeable for a public one. */
public record PrivateAddress(String text) {
    @Override
    public String toString() {
        return text;
    }
}
