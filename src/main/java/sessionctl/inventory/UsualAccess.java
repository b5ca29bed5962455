package sessionctl.inventory;

/** How a droplet is reached as far as the inventory is silent. */
@FunctionalInterface
public interface UsualAccess {
    /** The same for every droplet. */
    UsualAccess DEFAULT = (name, publicIp, privateIp, address) -> SshAccess.usual();

    /**
     * How this droplet is reached.
     *
     * @param address at which of its addresses, as far as the inventory says
     */
    SshAccess of(String name, PublicAddress publicIp, PrivateAddress privateIp, SshAccess.Address address);
}
