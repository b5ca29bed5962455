package sessionctl.ssh;

import net.schmizz.sshj.userauth.method.AuthMethod;

/**
 * A key that an ssh-agent holds, or a certificate of one.
 *
 * @param comment what it is called there
 */
record AgentKey(Agent agent, HostKey half, String comment) implements LoginKey {
    @Override
    public AuthMethod login(Wire wire) {
        return new AgentLogin(this, half, wire);
    }

    @Override
    public AuthMethod login(HostKey offered, Wire wire) {
        return new AgentLogin(this, offered, wire);
    }

    @Override
    public String toString() {
        UserCertificate certificate = UserCertificate.of(half);
        return Trouble.printable(comment) + " of the ssh-agent ("
                + (certificate == null ? half.fingerprint() : certificate) + ")";
    }
}
