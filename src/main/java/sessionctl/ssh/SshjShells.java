package sessionctl.ssh;

import java.time.Duration;
import java.util.List;
import net.schmizz.sshj.common.SecurityUtils;
import sessionctl.inventory.Droplet;

/**
 * Opens connections over SSH. Keys are read and unlocked once and shared; closing it ends every connection that it opened.
 */
public final class SshjShells implements Shells, AutoCloseable {
    private final SshOptions options;
    private final SshConfig config;
    private final KeyRing keys;
    private final Watch watch;
    private final Connector connector;

    /** As if ssh had no configuration; connects to nobody yet. */
    public SshjShells(SshOptions options) {
        this(options, SshConfig.NONE);
    }

    /** Connects to nobody yet. */
    public SshjShells(SshOptions options, SshConfig config) {
        this.options = options;
        this.config = config;
        this.keys = new KeyRing(options);
        this.watch = new Watch(options.keepAlive());
        this.connector = new Connector(options, keys, watch);
    }

    /**
     * Begins to load what every connection needs, beside whatever the caller does meanwhile: the algorithms of the library
     * alone take as long as the command line and the inventory together.
     */
    public static void loadAhead() {
        Thread thread = new Thread(
                () -> {
                    try {
                        if (SecurityUtils.isBouncyCastleRegistered()) {
                            new ModernConfig();
                        }
                    } catch (RuntimeException | LinkageError e) {
                        // Whoever connects meets it again, and tells it.
                    }
                },
                "sessionctl-ssh-load");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Reads and unlocks the keys for these droplets, asking for passphrases as needed, so that no question and no bad key
     * file comes up later. If the operator is to be asked about unknown host keys, it asks now.
     *
     * @throws SshFailure for the first droplet that has no usable key
     */
    public void checkKeys(List<Droplet> droplets) throws SshFailure {
        for (Droplet droplet : droplets) {
            for (Target next = Target.to(droplet, config); next != null; next = next.via()) {
                keys.keysFor(next);
            }
        }
        for (Droplet droplet : droplets) {
            connector.introduce(Target.to(droplet, config));
        }
    }

    @Override
    public Shell open(Droplet droplet) throws SshFailure {
        return open(droplet, options.connectTimeout());
    }

    @Override
    public Shell open(Droplet droplet, Duration patience) throws SshFailure {
        Target target = Target.to(droplet, config);
        SshjShell shell =
                new SshjShell(target, connector.connect(target, patience), watch, new Sudo(target, options.operator()));
        try {
            shell.proveRoot();
            return shell;
        } catch (SshFailure e) {
            shell.close();
            throw e;
        }
    }

    /** Ends every connection at once; never blocks. */
    @Override
    public void close() {
        watch.close();
    }
}
