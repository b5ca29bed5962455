package sessionctl.ssh;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The ssh-agents of a run, nearly always one; each is asked once for its keys, and only if a login may need them. */
final class AgentRing {
    private final SshOptions options;
    private final Map<String, Asked> asked = new HashMap<>();

    /** What came of asking: keys, or why there are none. */
    private record Asked(List<AgentKey> keys, String problem) {}

    AgentRing(SshOptions options) {
        this.options = options;
    }

    /** The keys that the agent for this server holds; none without an agent. */
    List<AgentKey> keys(Target target) {
        String socket = socket(target);
        return socket == null
                ? List.of()
                : asked.computeIfAbsent(socket, this::ask).keys();
    }

    /** The key with this public half, if the agent holds it. */
    @Nullable
    AgentKey held(@Nullable HostKey half, Target target) {
        return half == null
                ? null
                : keys(target).stream()
                        .filter(key -> key.half().equals(half))
                        .findFirst()
                        .orElse(null);
    }

    /** The certificates of a key that the agent holds. */
    Stream<AgentKey> certificates(HostKey half, Target target) {
        return keys(target).stream().filter(held -> {
            UserCertificate certificate = UserCertificate.of(held.half());
            return certificate != null && certificate.key().equals(half);
        });
    }

    /** What the agent has to do with a login without a key. */
    String state(Target target) {
        String socket = socket(target);
        if (socket == null) {
            return "no ssh-agent was asked (SSH_AUTH_SOCK is not set)";
        }
        String problem = asked.computeIfAbsent(socket, this::ask).problem();
        return problem.isEmpty()
                ? "the ssh-agent holds no key for it (ssh-add -l)"
                : "the ssh-agent at " + socket + " cannot be used (" + problem + ")";
    }

    private Asked ask(String socket) {
        try {
            List<AgentKey> keys = new Agent(Path.of(socket), options.connectTimeout()).keys();
            return new Asked(keys.stream().filter(AgentRing::usable).toList(), "");
        } catch (IOException | RuntimeException e) {
            return new Asked(List.of(), Trouble.printable(Trouble.root(e)));
        }
    }

    /** No server of today takes DSA keys, and each attempt counts. */
    private static boolean usable(AgentKey key) {
        return !key.half().type().startsWith("ssh-dss");
    }

    private @Nullable String socket(Target target) {
        String said = target.said().agent();
        String socket = said == null || said.equals("SSH_AUTH_SOCK")
                ? options.environment().apply("SSH_AUTH_SOCK")
                : said;
        return socket == null || socket.isEmpty() || socket.equalsIgnoreCase("none") ? null : socket;
    }
}
