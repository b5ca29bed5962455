package sessionctl.guard;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Three fake servers and the guard of the first of them. */
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
abstract class ThreeServers {
    static final long LATER = System.currentTimeMillis() / 1000 + 1000;
    /** The key under which a guard announces on a server that it stops or joins. */
    static final String TURN = "sessionctl<turn>";

    @TempDir
    Path folder;

    FakeMemcached own;
    FakeMemcached second;
    FakeMemcached third;
    GuardRun guard;

    @BeforeEach
    void boot() throws IOException {
        own = new FakeMemcached("127.98.0.1", 0);
        second = new FakeMemcached("127.98.0.2", own.port());
        third = new FakeMemcached("127.98.0.3", own.port());
        guard = new GuardRun(folder, own.port(), "");
    }

    @AfterEach
    void end() {
        guard.end();
        own.close();
        second.close();
        third.close();
    }

    static void pause(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
