package sessionctl.ssh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Two private keys that are authorized nowhere. */
public final class TestKeys {
    /** Made by: ssh-keygen -t ed25519 -N 'open sesame' -a 4. */
    public static final String LOCKED = """
            -----BEGIN OPENSSH PRIVATE KEY-----
            b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABAsvxLoTB
            njLLQQzfsz9dvwAAAABAAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIJ7A/Ba+gRHGTIpn
            iYVOFJi2vdOQxr/B3pUin4VBPAG8AAAAkB96C0HOKFC3pNT4FyWFtzVX/6f4WLcjPhBE+7
            rMjhbjOU/hCmYp3tjzMdG18x3LGq96HPFs62MwVf+beqtasqTWwtUIL18SQbWXl26w3AGL
            g+rPH/21Z4IHeUx6glHdHiG9R9XjGFD71Z6qwqCJUUb18stMUwljgoRzoWyEpSW+U5dzBp
            zARXhH+Qxi9ygDEg==
            -----END OPENSSH PRIVATE KEY-----
            """;

    /** Made by: ssh-keygen -t ed25519 -N ''. */
    public static final String PLAIN = """
            -----BEGIN OPENSSH PRIVATE KEY-----
            b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
            QyNTUxOQAAACCdgxOQ0EbmQv+nb4Ebbntf29pqrpQPrrKIOd2s1aYONQAAAIgUoPPvFKDz
            7wAAAAtzc2gtZWQyNTUxOQAAACCdgxOQ0EbmQv+nb4Ebbntf29pqrpQPrrKIOd2s1aYONQ
            AAAEAMtUx2W2K33VlT7YvWcn6SqtJkD6p3NTcKnLhrVpXO5p2DE5DQRuZC/6dvgRtue1/b
            2mqulA+usog53azVpg41AAAABHRlc3QB
            -----END OPENSSH PRIVATE KEY-----
            """;

    private TestKeys() {}

    /** Makes a file readable for its owner only, as ssh demands of private keys. */
    public static void onlyForMe(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
