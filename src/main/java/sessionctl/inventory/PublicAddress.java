package sessionctl.inventory;

/** The address at which a droplet is reached over SSH: an IPv4 or IPv6 literal in its canonical form. */
public record PublicAddress(String text) {
    @Override
    public String toString() {
        return text;
    }
}
