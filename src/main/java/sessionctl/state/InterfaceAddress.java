package sessionctl.state;

/** An address of a droplet and the interface that has it. */
public record InterfaceAddress(String device, String address) {
    @Override
    public String toString() {
        return address + " on " + device;
    }
}
