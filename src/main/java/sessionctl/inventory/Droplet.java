package sessionctl.inventory;

import org.jspecify.annotations.Nullable;

/**
 * One droplet as the operator wrote it.
 *
 * @param name unique in the cluster
 * @param privateInterface the interface that holds the private address; null to find it by the address
 * @param leaving whether the operator takes it out of the cluster
 */
public record Droplet(
        String name,
        PublicAddress publicIp,
        PrivateAddress privateIp,
        SshAccess ssh,
        @Nullable String privateInterface,
        boolean leaving) {
    /** Of the name alone, which is unique; a record's own takes longer to make than a handshake's arithmetic. */
    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name + " (" + publicIp + ")";
    }
}
