package sessionctl.ssh;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import net.schmizz.sshj.common.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * What somebody has signed of a person's key (PROTOCOL.certkeys).
 *
 * @param whole the certificate as it is offered
 * @param key the public half that it is about
 * @param id what it is called
 * @param users the logins that it is for; none for all
 * @param end the second at which it ends, from 1970; negative where it never does
 */
record UserCertificate(HostKey whole, HostKey key, String id, List<String> users, long end) {
    private static final String SUFFIX = "-cert-v01@openssh.com";
    private static final long USERS = 1;

    /** How many parts the public half has. */
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

    /** The certificate of a user in a file; null where it is something else. */
    static @Nullable UserCertificate in(Path file) {
        HostKey said = PublicHalf.of(file);
        return said == null ? null : of(said);
    }

    /** What an agent holds or a file says; null where it is no certificate of a user. */
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
        Buffer.PlainBuffer in = new Buffer.PlainBuffer(Base64.getDecoder().decode(whole.base64()));
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
        HostKey key = new HostKey(type, Base64.getEncoder().encodeToString(half.getCompactData()));
        return new UserCertificate(whole, key, id, users, end);
    }

    /** As a person would know it. */
    @Override
    public String toString() {
        String whose = users.isEmpty() ? "" : " for " + Trouble.printable(String.join(", ", users));
        return "certificate " + Trouble.quote(id) + whose + ended() + ", " + key.fingerprint();
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
