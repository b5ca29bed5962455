package sessionctl.ssh.transport;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.schmizz.sshj.SSHClient;
import org.jspecify.annotations.Nullable;
import sessionctl.ssh.SshFailure;
import sessionctl.ssh.route.SshErrorMessages;
import sessionctl.ssh.route.Target;

/**
 * A session whose login succeeded, but which did not run the command. Programs that refuse it (sshd for an expired
 * password, nologin, a forced command) differ in their exit status and in where they print; their words are quoted and
 * decide nothing.
 *
 * @param stdout what came instead of the command's output
 * @param stderr what came on standard error
 */
record UnansweredSession(Target target, SSHClient client, SessionOutput stdout, SessionOutput stderr) {
    private static final int MAX_QUOTES = 2;

    /** The exit status of the command that cloud-init puts before root's key: it names the user to log in as. */
    private static final int CLOUD_INIT = 142;

    /** Returns the failure of a session that ended. */
    SshFailure ended(int exit) {
        String said = said();
        String remedy;
        if (said.isEmpty()) {
            remedy = "look at its login shell there (getent passwd " + target.user()
                    + ") and at ForceCommand in sshd_config";
        } else if (exit == CLOUD_INIT || exit == 0) {
            remedy =
                    "if it names another user, set ssh.user; else look at command= in its authorized_keys, ForceCommand"
                            + " in sshd_config, and .bashrc";
        } else {
            remedy = byHand() + " (old password: passwd; nologin: chsh; another user: ssh.user)";
        }
        return failure("ran no command (exit " + exit + ")" + printed(said) + "; " + remedy, null);
    }

    /** Returns the failure of a session that did not end, or printed without end. */
    SshFailure endless(String how, Exception cause) {
        return failure(how + printed(said()) + "; " + byHand() + ", and look at its .bashrc", cause);
    }

    private SshFailure failure(String what, @Nullable Exception cause) {
        return new SshFailure(
                SshFailure.Kind.LOGIN, target + ": the login session of " + target.user() + " " + what, cause);
    }

    private String byHand() {
        String port = target.port() == 22 ? "" : "-p " + target.port() + " ";
        return "log in by hand and do what it says: ssh " + port + target.user() + "@" + target.host();
    }

    private static String printed(String said) {
        return said.isEmpty() ? ", it printed nothing" : ", it printed " + said;
    }

    private String said() {
        return Stream.of(stderr.textOrNoise(), stdout.textOrNoise(), banner(client))
                .map(SshErrorMessages::firstWords)
                .filter(words -> !words.isEmpty())
                .distinct()
                .limit(MAX_QUOTES)
                .map(SshErrorMessages::quote)
                .collect(Collectors.joining(" and "));
    }

    /** Returns the last text that the server sent during the login; empty if it sent none. */
    static String banner(SSHClient client) {
        String banner = client.getUserAuth().getBanner();
        return banner == null ? "" : banner;
    }
}
