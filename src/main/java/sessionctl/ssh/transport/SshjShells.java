package sessionctl.ssh.transport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.schmizz.sshj.common.SecurityUtils;
import sessionctl.inventory.Droplet;
import sessionctl.ssh.Shell;
import sessionctl.ssh.Shells;
import sessionctl.ssh.SshFailure;
import sessionctl.ssh.SshOptions;
import sessionctl.ssh.auth.KeyRing;
import sessionctl.ssh.net.ConnectionMonitor;
import sessionctl.ssh.route.RouteResolver;
import sessionctl.ssh.route.SshConfig;
import sessionctl.ssh.route.Target;

/**
 * An SSH client for droplets. Keys are read and unlocked once and shared. Closing it ends every connection that it
 * opened.
 */
public final class SshjShells implements Shells, AutoCloseable {
    private final SshOptions options;
    private final SshConfig config;
    private final KeyRing keys;
    private final ConnectionMonitor monitor;
    private final Connector connector;

    /** Creates a client without ssh's configuration. It does not connect yet. */
    public SshjShells(SshOptions options) {
        this(options, SshConfig.NONE);
    }

    /** Creates a client. It does not connect yet. */
    public SshjShells(SshOptions options, SshConfig config) {
        this.options = options;
        this.config = config;
        this.keys = new KeyRing(options);
        this.monitor = new ConnectionMonitor(options.keepAlive());
        this.connector = new Connector(options, keys, monitor);
    }

    /** Loads the classes of every connection. They take as long as parsing the command line and the inventory together. */
    public static void load() {
        if (SecurityUtils.isBouncyCastleRegistered()) {
            new SshAlgorithms();
        }
    }

    /**
     * Reads and unlocks the keys for these droplets and asks for passphrases as needed, so that no question and no bad
     * key file comes up later. Then asks about unknown host keys, if the policy is to ask.
     *
     * @throws SshFailure for the first droplet that has no usable key
     */
    public void prepareLogins(List<Droplet> droplets) throws SshFailure {
        List<Target> targets = new ArrayList<>();
        for (Droplet droplet : droplets) {
            Target target = RouteResolver.targetOf(droplet, config);
            targets.add(target);
            for (Target next = target; next != null; next = next.previousHop()) {
                keys.keysFor(next);
            }
        }
        connector.askAboutUnknownHostKeys(targets);
    }

    @Override
    public Shell open(Droplet droplet) throws SshFailure {
        return open(droplet, options.connectTimeout());
    }

    @Override
    public Shell open(Droplet droplet, Duration patience) throws SshFailure {
        Target target = RouteResolver.targetOf(droplet, config);
        SshjShell shell = new SshjShell(
                target, connector.connect(target, patience), monitor, new Sudo(target, options.prompter()));
        try {
            shell.proveRoot();
            return shell;
        } catch (SshFailure e) {
            shell.close();
            throw e;
        }
    }

    /** Closes every connection at once; never blocks. */
    @Override
    public void close() {
        monitor.close();
    }
}
