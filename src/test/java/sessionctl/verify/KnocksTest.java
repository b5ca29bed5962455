package sessionctl.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class KnocksTest {
    private static final String HERE = "127.0.0.1";

    @Test
    void anOpenPortAndAClosedOneAreToldApart() throws IOException {
        try (ServerSocket open = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int closed;
            try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                closed = gone.getLocalPort();
            }
            Knocks knocks = Knocks.at(List.of(HERE), List.of(open.getLocalPort(), closed), 2);
            assertThat(knocks.answer(HERE, open.getLocalPort())).isEqualTo(Answer.OPEN);
            assertThat(knocks.answer(HERE, closed)).isEqualTo(Answer.REFUSED);
            assertThat(knocks.answer(HERE, 1)).as("no answer of its own").isEqualTo(Answer.SILENT);
            assertThat(knocks.answer("127.0.0.2", closed)).isEqualTo(Answer.NOT_TESTED);
        }
    }
}
