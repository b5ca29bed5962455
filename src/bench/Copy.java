import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Copies everything from one memcached to another over two connections as fast as possible, without comparing or fencing:
 * the reference for the duration of a rejoin. Prints the milliseconds without the start of the JVM.
 *
 * <p>java Copy.java fill HOST COUNT SIZE, or java Copy.java copy FROM TO
 */
final class Copy {
    private static final int PORT = 11211;

    public static void main(String[] words) throws Exception {
        if (words[0].equals("fill")) {
            fill(new Server(words[1]), Integer.parseInt(words[2]), Integer.parseInt(words[3]));
        } else {
            long from = System.nanoTime();
            copy(new Server(words[1]), new Server(words[2]));
            System.out.println((System.nanoTime() - from) / 1_000_000);
        }
    }

    private static void fill(Server server, int count, int size) throws IOException {
        Random random = new Random(1);
        long expiry = System.currentTimeMillis() / 1000 + 86400;
        byte[] value = new byte[size];
        for (int i = 0; i < count; i++) {
            random.nextBytes(value);
            server.say("set " + String.format("%08x%018x", i, random.nextLong()) + " 0 " + expiry + " " + size + " noreply\r\n");
            server.out.write(value);
            server.say("\r\n");
        }
        server.settle();
    }

    private static void copy(Server source, Server target) throws Exception {
        List<String> keys = new ArrayList<>();
        List<String> expiries = new ArrayList<>();
        source.say("lru_crawler metadump hash\r\n");
        source.out.flush();
        for (String line = source.line(); !line.equals("END"); line = source.line()) {
            if (line.equals("OK")) {
                continue; // the first line from 1.6.43 on
            }
            String[] parts = line.split(" ");
            keys.add(URLDecoder.decode(parts[0].substring(4), StandardCharsets.US_ASCII));
            expiries.add(parts[1].substring(4));
        }
        Thread asking = new Thread(() -> source.ask(keys));
        asking.start();
        byte[] value = new byte[1 << 20];
        int next = 0;
        for (int left = (keys.size() + 99) / 100; left > 0; ) {
            String[] head = source.line().split(" ");
            if (head[0].equals("END")) {
                left--;
                continue;
            }
            int size = Integer.parseInt(head[3]) + 2;
            source.read(value, size);
            while (!keys.get(next).equals(head[1])) {
                next++;
            }
            target.say("set " + head[1] + " " + head[2] + " " + expiries.get(next) + " " + head[3] + " noreply\r\n");
            target.out.write(value, 0, size);
        }
        asking.join();
        target.settle();
    }

    private static final class Server {
        private final InputStream in;
        private final OutputStream out;

        Server(String host) throws IOException {
            Socket socket = new Socket(host, PORT);
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream(), 1 << 18);
            out = new BufferedOutputStream(socket.getOutputStream(), 1 << 18);
        }

        void say(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        void ask(List<String> keys) {
            try {
                for (int i = 0; i < keys.size(); i += 100) {
                    say("get " + String.join(" ", keys.subList(i, Math.min(i + 100, keys.size()))) + "\r\n");
                }
                out.flush();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Waits until the server has read all commands: it answers this one after them. */
        void settle() throws IOException {
            say("version\r\n");
            out.flush();
            line();
        }

        String line() throws IOException {
            byte[] line = new byte[512];
            int length = 0;
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new IOException("the connection is closed");
                }
                line[length++] = (byte) c;
            }
            return new String(Arrays.copyOf(line, length - 1 < 0 || line[length - 1] != '\r' ? length : length - 1), StandardCharsets.ISO_8859_1);
        }

        void read(byte[] into, int length) throws IOException {
            if (in.readNBytes(into, 0, length) < length) {
                throw new IOException("the connection is closed");
            }
        }
    }
}
