package sessionctl.ssh;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file with a certificate, or what should be one.
 *
 * @param certificate null where it is no certificate of a user
 */
record CertificateFile(Path path, @Nullable UserCertificate certificate) {
    /** Those that ssh's configuration names; where it names none, those that lie beside the keys. */
    static List<CertificateFile> of(List<Path> keyFiles, Target target) {
        List<String> configured = target.said().certificateFiles();
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

    /** The key together with this certificate of it; null where it is another key's. */
    @Nullable
    CertifiedKey with(LoginKey key) {
        return certificate == null || !certificate.key().equals(key.half())
                ? null
                : new CertifiedKey(key, certificate, path.toString());
    }

    /** Why it is of no use with these keys. */
    String uselessness() {
        if (certificate != null) {
            return path + ", which is the certificate of another key";
        }
        return path + (Files.isReadable(path) ? ", which is no certificate of a user" : ", which cannot be read");
    }
}
