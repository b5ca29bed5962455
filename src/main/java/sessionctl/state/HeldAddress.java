package sessionctl.state;

/** An address that a droplet holds, and the interface that holds it. */
public record HeldAddress(String device, String address) {
    @Override
    public String toString() {
        return address + " on " + device;
    }
}
