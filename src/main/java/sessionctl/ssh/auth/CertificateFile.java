package sessionctl.ssh.auth;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sessionctl.ssh.route.Target;

/**
 * A file that should contain a certificate.
 *
 * @param certificate null if the file cannot be read or contains no user certificate
 */
record CertificateFile(Path path, @Nullable UserCertificate certificate) {
    /**
     * Returns the files of CertificateFile in ssh's configuration; if there are none, the existing {@code KEY-cert.pub}
     * beside the key files.
     */
    static List<CertificateFile> of(List<Path> keyFiles, Target target) {
        List<String> configured = target.settings().certificateFiles();
        List<Path> files = configured.isEmpty()
                ? keyFiles.stream()
                        .map(file -> Path.of(file + "-cert.pub"))
                        .filter(Files::exists)
                        .toList()
                : configured.stream()
                        .filter(file -> !file.equalsIgnoreCase("none"))
                        .map(Path::of)
                        .toList();
        return files.stream()
                .map(file -> new CertificateFile(file, UserCertificate.in(file)))
                .toList();
    }

    /** Returns the key with this certificate; null if the certificate belongs to another key. */
    @Nullable
    AuthKey with(AuthKey key) {
        return certificate == null || !certificate.key().equals(key.publicKey()) ? null : key.with(certificate, path);
    }

    /** Returns the reason why this file is not used with the offered keys, as part of a sentence. */
    String whyUnusable() {
        if (certificate != null) {
            return path + ", which is the certificate of another key";
        }
        return path + (Files.isReadable(path) ? ", which is not a user certificate" : ", which cannot be read");
    }
}
