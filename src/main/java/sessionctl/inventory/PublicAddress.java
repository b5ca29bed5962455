package sessionctl.inventory;

/** The public address of a droplet, for SSH and HTTP: an IPv4 or IPv6 literal in its canonical form. */
public record PublicAddress(String text) {
    @Override
    public String toString() {
        return text;
    }
}
