package sessionctl.inventory;

/** How a droplet is reached as far as the inventory is silent. */
@FunctionalInterface
public interface UsualAccess {
    /** The same for every droplet. */
    UsualAccess DEFAULT = (name, publicIp, privateIp, written) -> SshAccess.usual();

    /** What an inventory that is silent says: no user and no port that can be written. */
    SshAccess SILENT = new SshAccess("", 0, null, null, null);

    /**
     * How this droplet is reached.
     *
     * @param written what the inventory says, over {@link #SILENT}
     */
    SshAccess of(String name, PublicAddress publicIp, PrivateAddress privateIp, SshAccess written);
}
