package sessionctl.ssh;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.List;
import java.util.stream.Stream;
import net.schmizz.sshj.Config;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.Factory;
import net.schmizz.sshj.common.SecurityUtils;
import net.schmizz.sshj.signature.Signature;
import net.schmizz.sshj.transport.cipher.Cipher;
import net.schmizz.sshj.transport.kex.Curve25519DH;
import net.schmizz.sshj.transport.random.Random;

/**
 * Everything that a connection needs but the connection: loads and runs it, so that the archive of classes that the
 * launcher makes holds it, and a real run starts in half the time.
 */
public final class Rehearsal {
    private static final List<String> ROOTS = List.of("net/schmizz", "com/hierynomus", "sessionctl");

    private Rehearsal() {}

    /** Runs it; nothing is contacted and nothing is written. */
    public static void run() throws IOException, GeneralSecurityException {
        Config config = new ModernConfig();
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
        load();
    }

    /** As small as it may be: finding primes of a usual key's size takes seconds. */
    private static PublicKey key() throws GeneralSecurityException {
        KeyPairGenerator generator = SecurityUtils.getKeyPairGenerator("RSA");
        generator.initialize(512);
        return generator.generateKeyPair().getPublic();
    }

    private static void signature(Signature signature, PublicKey key) {
        try {
            signature.initVerify(key);
        } catch (RuntimeException e) {
            // A signature of another kind: its classes are loaded by now, which is all that is wanted.
        }
    }

    private static void load() throws IOException {
        try {
            Path jar = Path.of(Rehearsal.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            try (FileSystem files = FileSystems.newFileSystem(jar)) {
                for (String root : ROOTS) {
                    try (Stream<Path> walk = Files.walk(files.getPath(root))) {
                        walk.map(Path::toString)
                                .filter(name -> name.endsWith(".class"))
                                .forEach(Rehearsal::load);
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
                    Rehearsal.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            // A class for a library that is not there, as sshj has for compression: a real run does not load it either.
        }
    }
}
