package sessionctl.verify;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** TCP connections that this machine tries, all at once. */
final class Knocks {
    /** A port to try. */
    private record Port(String address, int number) {}

    private final Map<Port, Answer> answers = new HashMap<>();

    private Knocks() {}

    /**
     * Tries each of these ports at each of these addresses.
     *
     * @param addresses literals, so that no name is ever looked up
     */
    static Knocks at(List<String> addresses, List<Integer> ports, int seconds) {
        Knocks knocks = new Knocks();
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        try (Selector selector = Selector.open()) {
            for (String address : addresses) {
                for (int port : ports) {
                    knocks.begin(new Port(address, port), selector);
                }
            }
            long left = end - System.nanoTime();
            while (left > 0 && selector.keys().stream().anyMatch(SelectionKey::isValid)) {
                selector.select(knocks::end, Math.max(1, left / 1_000_000));
                left = end - System.nanoTime();
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        } catch (IOException e) {
            // A port without an answer by now has not answered.
        }
        return knocks;
    }

    private void begin(Port port, Selector selector) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.configureBlocking(false);
            if (channel.connect(new InetSocketAddress(InetAddress.getByName(port.address()), port.number()))) {
                answers.put(port, Answer.OPEN);
                channel.close();
            } else {
                channel.register(selector, SelectionKey.OP_CONNECT, port);
            }
        } catch (IOException e) {
            answers.put(port, answer(e));
            channel.close();
        }
    }

    private void end(SelectionKey key) {
        Port port = (Port) key.attachment();
        try (SocketChannel channel = (SocketChannel) key.channel()) {
            answers.put(port, channel.finishConnect() ? Answer.OPEN : Answer.SILENT);
        } catch (IOException e) {
            answers.put(port, answer(e));
        }
    }

    /** Any other error, such as that there is no route, says nothing of the port. */
    private static Answer answer(IOException e) {
        return e instanceof ConnectException ? Answer.REFUSED : Answer.SILENT;
    }

    /** The answer of a port that was tried. Where no port of its address answered, silence does not show that it is closed. */
    Answer answer(String address, int port) {
        boolean reached = answers.entrySet().stream()
                .anyMatch(e -> e.getKey().address().equals(address) && e.getValue() != Answer.SILENT);
        return reached ? answers.getOrDefault(new Port(address, port), Answer.SILENT) : Answer.NOT_TESTED;
    }
}
