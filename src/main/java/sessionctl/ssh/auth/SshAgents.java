package sessionctl.ssh.auth;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import sessionctl.ssh.SshOptions;
import sessionctl.ssh.hostkey.HostKey;
import sessionctl.ssh.route.SshErrorMessages;
import sessionctl.ssh.route.Target;

/** The ssh-agents of a run, nearly always one. Each is asked for its keys once, and only if a login may need them. */
final class SshAgents {
    private final SshOptions options;
    private final Map<String, AgentState> states = new HashMap<>();

    /** The result of a request: keys, or the reason why there are none. */
    private record AgentState(List<AuthKey> keys, String problem) {}

    SshAgents(SshOptions options) {
        this.options = options;
    }

    /** Returns the usable keys of the agent for this server; empty without an agent. */
    List<AuthKey> keys(Target target) {
        String socket = socket(target);
        return socket == null
                ? List.of()
                : states.computeIfAbsent(socket, this::ask).keys();
    }

    /** Returns the agent's key with this public half; null if it holds none. */
    @Nullable
    AuthKey find(@Nullable HostKey half, Target target) {
        return half == null
                ? null
                : keys(target).stream()
                        .filter(key -> key.publicKey().equals(half))
                        .findFirst()
                        .orElse(null);
    }

    /** Returns the agent's certificates of this key. */
    Stream<AuthKey> certificates(HostKey half, Target target) {
        return keys(target).stream().filter(held -> {
            UserCertificate certificate = UserCertificate.of(held.publicKey());
            return certificate != null && certificate.key().equals(half);
        });
    }

    /** Returns why the agent provides no key for a login, as part of a sentence. */
    String state(Target target) {
        String socket = socket(target);
        if (socket == null) {
            return "no ssh-agent was asked (SSH_AUTH_SOCK is not set)";
        }
        String problem = states.computeIfAbsent(socket, this::ask).problem();
        return problem.isEmpty()
                ? "the ssh-agent holds no key for it (ssh-add -l)"
                : "the ssh-agent at " + socket + " cannot be used (" + problem + ")";
    }

    private AgentState ask(String socket) {
        try {
            List<AuthKey> keys = new SshAgent(Path.of(socket), options.connectTimeout()).keys();
            return new AgentState(keys.stream().filter(SshAgents::usable).toList(), "");
        } catch (IOException | RuntimeException e) {
            return new AgentState(List.of(), SshErrorMessages.printable(SshErrorMessages.root(e)));
        }
    }

    /** Drops DSA keys: current servers refuse them, and each attempt counts against MaxAuthTries. */
    private static boolean usable(AuthKey key) {
        return !key.publicKey().type().startsWith("ssh-dss");
    }

    private @Nullable String socket(Target target) {
        String said = target.settings().agent();
        String socket = said == null || said.equals("SSH_AUTH_SOCK")
                ? options.environment().apply("SSH_AUTH_SOCK")
                : said;
        return socket == null || socket.isEmpty() || socket.equalsIgnoreCase("none") ? null : socket;
    }
}
