package sessionctl.ssh.route;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.JumpHost;
import sessionctl.inventory.SshAccess;
import sessionctl.ssh.SshFailure;

/** A resolver of the route to a droplet, through the jump hosts that the inventory or ssh's configuration names. */
public record RouteResolver(Droplet droplet, SshConfig config) {
    private static final int MAX_JUMP_HOSTS = 8;

    /**
     * Returns the droplet as a target, with its route.
     *
     * @throws SshFailure if the jump hosts are circular or too many
     */
    public static Target targetOf(Droplet droplet, SshConfig config) throws SshFailure {
        return new RouteResolver(droplet, config).target();
    }

    private Target target() throws SshFailure {
        SshAccess ssh = droplet.ssh();
        boolean inside = ssh.address() == SshAccess.Address.PRIVATE;
        String host = inside ? droplet.privateIp().text() : droplet.publicIp().text();
        List<JumpHost> jump = withoutItself(ssh.jump(), droplet.name(), host, ssh.port());
        return new Target(droplet, null, host, ssh.port(), ssh.user(), config.settingsOf(droplet), jumpTo(jump, 0));
    }

    /**
     * Returns the last jump host, with those before it as its route. The first one may be configured with jump hosts of
     * its own.
     *
     * @return null if there are no jump hosts
     * @throws SshFailure if the chain is circular or longer than eight
     */
    private @Nullable Target jumpTo(List<JumpHost> jump, int length) throws SshFailure {
        if (jump.isEmpty()) {
            return null;
        }
        if (length > MAX_JUMP_HOSTS) {
            throw new SshFailure(
                    SshFailure.Kind.UNREACHABLE,
                    droplet + ": its jump hosts form a loop, or there are more than " + MAX_JUMP_HOSTS
                            + "; check ProxyJump in ~/.ssh/config");
        }
        JumpHost last = last(jump);
        HostSettings said = config.settingsOf(last);
        String host = Objects.requireNonNullElse(said.hostName(), last.host());
        List<JumpHost> before = jump.subList(0, jump.size() - 1);
        if (before.isEmpty() && said.jump() != null) {
            before = withoutItself(said.jump(), last.host(), host, port(last, said));
        }
        return new Target(
                droplet, last.toString(), host, port(last, said), user(last, said), said, jumpTo(before, length + 1));
    }

    private static int port(JumpHost hop, HostSettings said) {
        Integer port = hop.port() == null ? said.port() : hop.port();
        return port == null ? HostSettings.DEFAULT_PORT : port;
    }

    private String user(JumpHost hop, HostSettings said) {
        String user = hop.user() == null ? said.user() : hop.user();
        return user == null ? config.environment().user() : user;
    }

    /**
     * Drops the jump hosts if the last one is the target itself: with {@code Host *} and ProxyJump, the jump host would
     * be reached through itself.
     */
    private List<JumpHost> withoutItself(List<JumpHost> jump, String name, String host, int port) {
        if (jump.isEmpty()) {
            return jump;
        }
        JumpHost last = last(jump);
        HostSettings said = config.settingsOf(last);
        boolean itself = port(last, said) == port
                && (last.host().equals(name) || last.host().equals(host) || host.equals(said.hostName()));
        return itself ? List.of() : jump;
    }

    private static JumpHost last(List<JumpHost> jump) {
        return jump.get(jump.size() - 1);
    }
}
