package sessionctl.ssh;

import sessionctl.inventory.Droplet;

/** Opens connections to droplets. */
public interface Shells {
    /**
     * Connects, checks the host key, logs in.
     *
     * @throws SshFailure with one sentence that says what is wrong and what to do
     */
    Shell open(Droplet droplet) throws SshFailure;
}
