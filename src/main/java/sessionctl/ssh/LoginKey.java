package sessionctl.ssh;

import net.schmizz.sshj.userauth.method.AuthMethod;
import org.jspecify.annotations.Nullable;

/** A key to log in with; it shows nothing of itself but where it is and its public half. */
interface LoginKey {
    /** One attempt to log in with it over this wire. */
    AuthMethod login(Wire wire);

    /** One attempt to log in with what is offered in place of its public half, a certificate of it. */
    AuthMethod login(HostKey offered, Wire wire);

    /** Its public half. */
    HostKey half();

    /** The agent that signs with it; null where a file holds it. */
    @Nullable
    Agent agent();
}
