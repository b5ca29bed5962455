package sessionctl.ssh.auth;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.schmizz.sshj.common.Buffer;
import sessionctl.ssh.hostkey.HostKey;

/**
 * An ssh-agent behind its socket (draft-miller-ssh-agent). It lists its keys and signs with them, but never reveals a
 * private key. Each request has a connection and a time limit of its own.
 */
public record SshAgent(Path socket, Duration limit) {
    private static final byte REQUEST_IDENTITIES = 11;
    private static final byte IDENTITIES_ANSWER = 12;
    private static final byte SIGN_REQUEST = 13;
    private static final byte SIGN_RESPONSE = 14;
    private static final int PATIENCE = 6;
    private static final int MAX_LENGTH = 256 * 1024;

    /**
     * Returns the keys that the agent holds.
     *
     * @throws IOException if the agent does not answer in time or not as an ssh-agent
     */
    List<AuthKey> keys() throws IOException {
        Buffer.PlainBuffer answer = ask(new Buffer.PlainBuffer().putByte(REQUEST_IDENTITIES), limit);
        if (answer.readByte() != IDENTITIES_ANSWER) {
            throw new IOException("it does not list its keys");
        }
        List<AuthKey> keys = new ArrayList<>();
        for (long left = answer.readUInt32(); left > 0; left--) {
            byte[] blob = answer.readBytes();
            String comment = answer.readString(StandardCharsets.UTF_8);
            HostKey half = HostKey.of(new Buffer.PlainBuffer(blob).readString(), blob);
            keys.add(AuthKey.inAgent(this, half, comment));
        }
        return keys;
    }

    /**
     * Returns the time limit of a signature, for which the operator may have to confirm or to touch a security key: six
     * times the limit of other requests.
     */
    public Duration signLimit() {
        return limit.multipliedBy(PATIENCE);
    }

    /**
     * Returns the signature in the encoding of the SSH protocol.
     *
     * @param key the public key or certificate
     * @param flags the hash algorithm of an RSA signature, otherwise 0
     * @throws IOException if the agent refuses or does not answer in time
     */
    byte[] sign(byte[] key, byte[] data, int flags) throws IOException {
        Buffer.PlainBuffer question = new Buffer.PlainBuffer()
                .putByte(SIGN_REQUEST)
                .putBytes(key)
                .putBytes(data)
                .putUInt32(flags);
        Buffer.PlainBuffer answer = ask(question, signLimit());
        if (answer.readByte() != SIGN_RESPONSE) {
            throw new IOException("it does not sign with this key");
        }
        return answer.readBytes();
    }

    private Buffer.PlainBuffer ask(Buffer.PlainBuffer question, Duration within) throws IOException {
        byte[] text = question.getCompactData();
        ByteBuffer out = ByteBuffer.allocate(4 + text.length);
        out.putInt(text.length).put(text).flip();
        long end = System.nanoTime() + within.toNanos();
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                Selector selector = Selector.open()) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.configureBlocking(false);
            SelectionKey ready = channel.register(selector, SelectionKey.OP_WRITE);
            while (out.hasRemaining()) {
                await(selector, end);
                channel.write(out);
            }
            ready.interestOps(SelectionKey.OP_READ);
            int length = read(channel, selector, 4, end).getInt();
            if (length < 1 || length > MAX_LENGTH) {
                throw new IOException("the program there is not an ssh-agent");
            }
            return new Buffer.PlainBuffer(read(channel, selector, length, end).array());
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            throw new IOException("its socket cannot be used", e);
        }
    }

    private static ByteBuffer read(SocketChannel channel, Selector selector, int length, long end) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(length);
        while (in.hasRemaining()) {
            await(selector, end);
            if (channel.read(in) < 0) {
                throw new EOFException("it closed the connection");
            }
        }
        return in.flip();
    }

    private static void await(Selector selector, long end) throws IOException {
        selector.selectedKeys().clear();
        long millis = (end - System.nanoTime()) / 1_000_000;
        if (millis <= 0 || selector.select(millis) == 0) {
            throw new SocketTimeoutException("it does not answer");
        }
    }
}
