package sessionctl.ssh;

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
import java.util.Base64;
import java.util.List;
import net.schmizz.sshj.common.Buffer;

/**
 * An ssh-agent behind its socket (draft-miller-ssh-agent): it tells which keys it holds and signs with them, and hands
 * none of them out. Every question has a connection of its own, and a limit.
 */
record Agent(Path socket, Duration limit) {
    private static final byte REQUEST_IDENTITIES = 11;
    private static final byte IDENTITIES_ANSWER = 12;
    private static final byte SIGN_REQUEST = 13;
    private static final byte SIGN_RESPONSE = 14;
    private static final int PATIENCE = 6;
    private static final int LONGEST = 256 * 1024;

    /** The keys that it holds. */
    List<AgentKey> keys() throws IOException {
        Buffer.PlainBuffer answer = ask(new Buffer.PlainBuffer().putByte(REQUEST_IDENTITIES), limit);
        if (answer.readByte() != IDENTITIES_ANSWER) {
            throw new IOException("it does not tell its keys");
        }
        List<AgentKey> keys = new ArrayList<>();
        for (long left = answer.readUInt32(); left > 0; left--) {
            byte[] blob = answer.readBytes();
            String comment = answer.readString(StandardCharsets.UTF_8);
            String type = new Buffer.PlainBuffer(blob).readString();
            keys.add(new AgentKey(this, new HostKey(type, Base64.getEncoder().encodeToString(blob)), comment));
        }
        return keys;
    }

    /** How long a signature may take, which somebody may have to confirm, or to touch a key for. */
    Duration signLimit() {
        return limit.multipliedBy(PATIENCE);
    }

    /** A signature as it goes over the wire. */
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
            if (length < 1 || length > LONGEST) {
                throw new IOException("what answers there is no ssh-agent");
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
                throw new EOFException("it hung up");
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
