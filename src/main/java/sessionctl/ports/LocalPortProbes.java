package sessionctl.ports;

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

/** Parallel TCP connection attempts from this machine. */
final class LocalPortProbes {
    /** A port to probe. */
    private record Port(String address, int number) {}

    private final Map<Port, PortState> answers = new HashMap<>();

    private LocalPortProbes() {}

    /**
     * Probes each port at each address.
     *
     * @param addresses IP literals, so that no DNS lookup is made
     * @param seconds the limit for all attempts together
     */
    static LocalPortProbes at(List<String> addresses, List<Integer> ports, int seconds) {
        LocalPortProbes probes = new LocalPortProbes();
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        try (Selector selector = Selector.open()) {
            for (String address : addresses) {
                for (int port : ports) {
                    probes.begin(new Port(address, port), selector);
                }
            }
            long left = end - System.nanoTime();
            while (left > 0 && selector.keys().stream().anyMatch(SelectionKey::isValid)) {
                selector.select(probes::end, Math.max(1, left / 1_000_000));
                left = end - System.nanoTime();
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        } catch (IOException e) {
            // A port without an answer until now counts as silent.
        }
        return probes;
    }

    private void begin(Port port, Selector selector) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.configureBlocking(false);
            if (channel.connect(new InetSocketAddress(InetAddress.getByName(port.address()), port.number()))) {
                answers.put(port, PortState.OPEN);
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
            answers.put(port, channel.finishConnect() ? PortState.OPEN : PortState.SILENT);
        } catch (IOException e) {
            answers.put(port, answer(e));
        }
    }

    /**
     * Classifies an error. An error other than a refused connection, such as a missing route, reveals nothing about the
     * port.
     */
    private static PortState answer(IOException e) {
        return e instanceof ConnectException ? PortState.REFUSED : PortState.SILENT;
    }

    /**
     * Returns the state of a probed port. If no port of its address answered, silence does not prove that the port is
     * closed, so the result is {@link PortState#NOT_TESTED}.
     */
    PortState answer(String address, int port) {
        boolean reached = answers.entrySet().stream()
                .anyMatch(e -> e.getKey().address().equals(address) && e.getValue() != PortState.SILENT);
        return reached ? answers.getOrDefault(new Port(address, port), PortState.SILENT) : PortState.NOT_TESTED;
    }
}
