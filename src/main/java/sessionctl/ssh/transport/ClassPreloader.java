package sessionctl.ssh.transport;

import com.hierynomus.sshj.key.KeyAlgorithms;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import net.schmizz.sshj.Config;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.Factory;
import net.schmizz.sshj.common.KeyType;
import net.schmizz.sshj.common.SecurityUtils;
import net.schmizz.sshj.signature.Signature;
import net.schmizz.sshj.transport.cipher.Cipher;
import net.schmizz.sshj.transport.kex.Curve25519DH;
import net.schmizz.sshj.transport.random.Random;
import sessionctl.inventory.Droplet;
import sessionctl.inventory.Inventory;
import sessionctl.ssh.Prompter;
import sessionctl.ssh.SshFailure;
import sessionctl.ssh.SshOptions;
import sessionctl.ssh.auth.EphemeralKey;
import sessionctl.ssh.auth.KeyRing;
import sessionctl.ssh.hostkey.HostKey;
import sessionctl.ssh.hostkey.HostKeyCheck;
import sessionctl.ssh.route.RouteResolver;
import sessionctl.ssh.route.SshConfig;
import sessionctl.ssh.route.SshConfigFiles;
import sessionctl.ssh.route.Target;

/**
 * Loads and runs the code of a connection without contacting another host. The class archive that the launcher creates
 * then contains it, and a real run starts in half the time.
 */
public final class ClassPreloader {
    private static final List<String> ROOTS = List.of("net/schmizz", "com/hierynomus", "sessionctl");

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final String INVENTORY = """
            droplets:
              - name: warm-up
                public_ip: 127.0.0.1
                private_ip: 10.0.0.1
                ssh: {port: %d, key: "%s"}
            """;

    private ClassPreloader() {}

    /**
     * Loads the classes and makes one failing login on the loopback address. Its temporary files are removed.
     *
     * @throws IOException if the classes of the jar cannot be read
     * @throws GeneralSecurityException if Java lacks an algorithm
     */
    public static void run() throws IOException, GeneralSecurityException {
        Config config = new SshAlgorithms();
        try (SSHClient client = new SSHClient(config)) {
            client.getTransport().setTimeoutMs(1);
        }
        Random random = config.getRandomFactory().create();
        for (Factory.Named<Cipher> factory : config.getCipherFactories()) {
            Cipher cipher = factory.create();
            byte[] secret = new byte[cipher.getBlockSize() + 64];
            byte[] iv = new byte[64];
            random.fill(secret, 0, secret.length);
            cipher.init(Cipher.Mode.Encrypt, secret, iv);
        }
        config.getMACFactories().forEach(mac -> mac.create().init(new byte[64]));
        config.getKeyExchangeFactories().forEach(Factory::create);
        Curve25519DH agreement = new Curve25519DH();
        agreement.init(null, new net.schmizz.sshj.transport.random.JCERandom.Factory());
        PublicKey key = key();
        config.getKeyAlgorithms()
                .forEach(algorithm -> signature(algorithm.create().newSignature(), key));
        try {
            login();
        } catch (IOException | GeneralSecurityException e) {
            // A machine may have no temporary folder or no loopback address. The classes of the login are then not in
            // the archive, and a run loads them itself.
        }
        load();
    }

    /**
     * Runs the parts of a login that need no server: reads keys and known_hosts, signs, and connects to a listener of
     * its own, which closes the connection.
     */
    private static void login() throws IOException, GeneralSecurityException {
        Path home = Files.createTempDirectory("sessionctl-warm-up");
        try {
            login(home);
        } finally {
            try (Stream<Path> files = Files.list(home)) {
                for (Path file : files.toList()) {
                    Files.deleteIfExists(file);
                }
            }
            Files.deleteIfExists(home);
        }
    }

    private static void login(Path home) throws IOException, GeneralSecurityException {
        Path knownHosts = home.resolve("known_hosts");
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519", "SunEC").generateKeyPair();
        Path key = EphemeralKey.write(home, pair);
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            daemon(() -> closeConnection(listener)).start();
            Droplet droplet = Inventory.parse("warm-up", INVENTORY.formatted(listener.getLocalPort(), key))
                    .orElseThrow(problems -> new IllegalStateException(problems.toString()))
                    .droplets()
                    .get(0);
            SshConfig config = SshConfigFiles.read(home, name -> null);
            Target target = RouteResolver.targetOf(droplet, config);
            Files.writeString(knownHosts, line(target, HostKey.of(pair.getPublic())));
            SshOptions options =
                    new SshOptions(knownHosts, null, PATIENCE, PATIENCE, Prompter.UNATTENDED, name -> null, home);
            new KeyRing(options).keysFor(target).get(0).publicKey().fingerprint();
            sign(pair);
            HostKeyCheck.of(target, options).verify(target.host(), target.port(), pair.getPublic());
            try (SshjShells shells = new SshjShells(options, config)) {
                shells.prepareLogins(List.of(droplet));
                shells.open(droplet).close();
            }
        } catch (SshFailure e) {
            // The listener closed the connection, as intended.
        }
    }

    private static String line(Target target, HostKey key) {
        return target.knownName() + " " + key.type() + " " + key.base64() + "\n";
    }

    private static void closeConnection(ServerSocket listener) {
        try (Socket caller = listener.accept()) {
            caller.getOutputStream().write("SSH-2.0-warm-up\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // No connection was made.
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "sessionctl-warm-up");
        thread.setDaemon(true);
        return thread;
    }

    private static void sign(KeyPair pair) {
        Signature signature = KeyAlgorithms.EdDSA25519().create().newSignature();
        signature.initSign(pair.getPrivate());
        signature.update(new byte[32]);
        byte[] signed = signature.encode(signature.sign());
        signature.initVerify(pair.getPublic());
        signature.update(new byte[32]);
        signature.verify(new Buffer.PlainBuffer()
                .putString(KeyType.ED25519.toString())
                .putBytes(signed)
                .getCompactData());
    }

    /** Returns a key of the smallest size: finding primes of a usual key's size takes seconds. */
    private static PublicKey key() throws GeneralSecurityException {
        KeyPairGenerator generator = SecurityUtils.getKeyPairGenerator("RSA");
        generator.initialize(512);
        return generator.generateKeyPair().getPublic();
    }

    private static void signature(Signature signature, PublicKey key) {
        try {
            signature.initVerify(key);
        } catch (RuntimeException e) {
            // The key does not fit this signature, but its classes are loaded now.
        }
    }

    private static void load() throws IOException {
        try {
            Path jar = Path.of(ClassPreloader.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            try (FileSystem files = FileSystems.newFileSystem(jar)) {
                for (String root : ROOTS) {
                    try (Stream<Path> walk = Files.walk(files.getPath(root))) {
                        walk.map(Path::toString)
                                .filter(name -> name.endsWith(".class"))
                                .forEach(ClassPreloader::load);
                    }
                }
            }
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    private static void load(String file) {
        try {
            Class.forName(
                    file.substring(0, file.length() - ".class".length()).replace('/', '.'),
                    false,
                    ClassPreloader.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            // The class needs a library that is not shipped, such as sshj's compression. A real run does not load it
            // either.
        }
    }
}
