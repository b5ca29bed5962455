package sessionctl.ssh.auth;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.schmizz.sshj.common.Buffer;
import org.jspecify.annotations.Nullable;
import sessionctl.ssh.hostkey.HostKey;
import sessionctl.ssh.route.SshErrorMessages;

/**
 * An OpenSSH certificate of a user's key (PROTOCOL.certkeys).
 *
 * @param publicKey the certificate as it is offered
 * @param key the certified public half
 * @param id the key id, a name that the signer chose
 * @param users the logins that it is valid for; empty for all
 * @param end the second at which it expires, since 1970; negative if it never does
 */
record UserCertificate(HostKey publicKey, HostKey key, String id, List<String> users, long end) {
    private static final String SUFFIX = "-cert-v01@openssh.com";
    private static final long USERS = 1;

    /** The number of fields of the public half, by key type. */
    private static final Map<String, Integer> PARTS = Map.of(
            "ssh-rsa", 2,
            "ssh-ed25519", 1,
            "ecdsa-sha2-nistp256", 2,
            "ecdsa-sha2-nistp384", 2,
            "ecdsa-sha2-nistp521", 2,
            "sk-ssh-ed25519", 2,
            "sk-ecdsa-sha2-nistp256", 3);

    UserCertificate {
        users = List.copyOf(users);
    }

    /** Returns the user certificate in a file; null if the file contains something else. */
    static @Nullable UserCertificate in(Path file) {
        HostKey said = PublicKeyReader.of(file);
        return said == null ? null : of(said);
    }

    /** Parses a key of an agent or a file; returns null if it is no user certificate. */
    static @Nullable UserCertificate of(HostKey whole) {
        String type = whole.type().replace(SUFFIX, "");
        Integer parts = PARTS.get(type);
        if (parts == null || !whole.type().endsWith(SUFFIX)) {
            return null;
        }
        try {
            return read(whole, type.startsWith("sk-") ? type + "@openssh.com" : type, parts);
        } catch (Buffer.BufferException | IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable UserCertificate read(HostKey whole, String type, int parts) throws Buffer.BufferException {
        Buffer.PlainBuffer in = new Buffer.PlainBuffer(whole.blob());
        in.readString();
        in.readBytes();
        Buffer.PlainBuffer half = new Buffer.PlainBuffer().putString(type);
        for (int i = 0; i < parts; i++) {
            half.putBytes(in.readBytes());
        }
        in.readUInt64();
        if (in.readUInt32() != USERS) {
            return null;
        }
        String id = in.readString();
        Buffer.PlainBuffer names = new Buffer.PlainBuffer(in.readBytes());
        List<String> users = new ArrayList<>();
        while (names.available() > 0) {
            users.add(names.readString());
        }
        in.readUInt64();
        long end = in.readUInt64AsBigInteger().longValue();
        return new UserCertificate(whole, HostKey.of(type, half.getCompactData()), id, users, end);
    }

    /** Returns a description for people: id, logins, day of expiry if it is past, fingerprint of the key. */
    @Override
    public String toString() {
        String whose = users.isEmpty() ? "" : " for " + SshErrorMessages.printable(String.join(", ", users));
        return "certificate " + SshErrorMessages.quote(id) + whose + ended() + ", " + key.fingerprint();
    }

    private String ended() {
        try {
            Instant last = Instant.ofEpochSecond(end);
            boolean over = end >= 0 && last.isBefore(Instant.now());
            return over ? ", ended " + last.atZone(ZoneOffset.UTC).toLocalDate() : "";
        } catch (DateTimeException e) {
            return "";
        }
    }
}
