package sessionctl.inventory;

import org.jspecify.annotations.Nullable;

/**
 * One droplet of the inventory.
 *
 * @param name unique in the cluster
 * @param privateInterface the interface that holds the private address; null to find it by the address
 * @param leaving true if the droplet is to leave the cluster
 */
public record Droplet(
        String name,
        PublicAddress publicIp,
        PrivateAddress privateIp,
        SshAccess ssh,
        @Nullable String privateInterface,
        boolean leaving) {
    /**
     * Hashes the name alone, which is unique. The record's generated method takes longer to create than the arithmetic
     * of an SSH handshake.
     */
    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name + " (" + publicIp + ")";
    }
}
