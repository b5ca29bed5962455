package sessionctl.ssh;

import net.schmizz.sshj.userauth.method.AuthMethod;

/**
 * A key that an ssh-agent holds.
 *
 * @param comment what it is called there
 */
record AgentKey(Agent agent, HostKey half, String comment) implements LoginKey {
    @Override
    public AuthMethod login(Wire wire) {
        return new AgentLogin(this, wire);
    }

    @Override
    public String toString() {
        return Trouble.printable(comment) + " of the ssh-agent (" + half.fingerprint() + ")";
    }
}
