package sessionctl.ssh;

import net.schmizz.sshj.userauth.method.AuthMethod;

/** A key to log in with; it shows nothing of itself but where it is and its public half. */
interface LoginKey {
    /** One attempt to log in with it over this wire. */
    AuthMethod login(Wire wire);

    /** Its public half. */
    HostKey half();
}
