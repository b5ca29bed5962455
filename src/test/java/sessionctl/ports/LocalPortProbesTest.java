package sessionctl.ports;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LocalPortProbesTest {
    private static final String HERE = "127.0.0.1";

    @Test
    void anOpenAndAClosedPortAreDistinguished() throws IOException {
        try (ServerSocket open = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int closed;
            try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                closed = gone.getLocalPort();
            }
            LocalPortProbes probes = LocalPortProbes.at(List.of(HERE), List.of(open.getLocalPort(), closed), 2);
            assertThat(probes.answer(HERE, open.getLocalPort())).isEqualTo(PortState.OPEN);
            assertThat(probes.answer(HERE, closed)).isEqualTo(PortState.REFUSED);
            assertThat(probes.answer(HERE, 1)).as("no answer of its own").isEqualTo(PortState.SILENT);
            assertThat(probes.answer("127.0.0.2", closed)).isEqualTo(PortState.NOT_TESTED);
        }
    }
}
