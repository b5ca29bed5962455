package sessionctl.ssh;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.JumpHost;
import sessionctl.inventory.SshAccess;

/** The way to a droplet, over jump hosts that the inventory or ssh's configuration names. */
record Way(Droplet droplet, SshConfig config) {
    private static final int LONGEST = 8;

    Target target() throws SshFailure {
        SshAccess ssh = droplet.ssh();
        boolean inside = ssh.address() == SshAccess.Address.PRIVATE;
        String host = inside ? droplet.privateIp().text() : droplet.publicIp().text();
        List<JumpHost> jump = withoutItself(ssh.jump(), droplet.name(), host, ssh.port());
        return new Target(droplet, null, host, ssh.port(), ssh.user(), config.about(droplet), over(jump, 0));
    }

    /** The last of these, behind those before it; a first one may itself be configured to be behind another. */
    private @Nullable Target over(List<JumpHost> jump, int length) throws SshFailure {
        if (jump.isEmpty()) {
            return null;
        }
        if (length > LONGEST) {
            throw Trouble.at(
                    droplet,
                    SshFailure.Kind.UNREACHABLE,
                    "its jump hosts lead in a circle, or there are more than " + LONGEST
                            + "; look at ProxyJump in ~/.ssh/config");
        }
        JumpHost last = last(jump);
        HostSettings said = config.about(last);
        String host = Objects.requireNonNullElse(said.hostName(), last.host());
        List<JumpHost> before = jump.subList(0, jump.size() - 1);
        if (before.isEmpty() && said.jump() != null) {
            before = withoutItself(said.jump(), last.host(), host, port(last, said));
        }
        return new Target(
                droplet, last.toString(), host, port(last, said), user(last, said), said, over(before, length + 1));
    }

    private static int port(JumpHost hop, HostSettings said) {
        Integer port = hop.port() == null ? said.port() : hop.port();
        return port == null ? Target.USUAL_PORT : port;
    }

    private String user(JumpHost hop, HostSettings said) {
        String user = hop.user() == null ? said.user() : hop.user();
        return user == null ? config.here().user() : user;
    }

    /** Nobody is reached through himself, as Host * with ProxyJump would have it of the jump host, too. */
    private List<JumpHost> withoutItself(List<JumpHost> jump, String name, String host, int port) {
        if (jump.isEmpty()) {
            return jump;
        }
        JumpHost last = last(jump);
        HostSettings said = config.about(last);
        boolean itself = port(last, said) == port
                && (last.host().equals(name) || last.host().equals(host) || host.equals(said.hostName()));
        return itself ? List.of() : jump;
    }

    private static JumpHost last(List<JumpHost> jump) {
        return jump.get(jump.size() - 1);
    }
}
