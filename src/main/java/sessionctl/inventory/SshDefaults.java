package sessionctl.inventory;

/** The SSH settings for keys that the inventory does not set. */
@FunctionalInterface
public interface SshDefaults {
    /** The same defaults for every droplet. */
    SshDefaults DEFAULT = (name, publicIp, privateIp, written) -> SshAccess.defaults();

    /**
     * The settings of an inventory without {@code ssh:}. An empty user and port 0 mark unset values, because an
     * inventory cannot contain them.
     */
    SshAccess UNSET = new SshAccess("", 0, null, null, null);

    /**
     * Returns the settings of a droplet.
     *
     * @param written the inventory's settings; unset values are those of {@link #UNSET}
     */
    SshAccess resolve(String name, PublicAddress publicIp, PrivateAddress privateIp, SshAccess written);
}
