package sessionctl.fleet;

import sessionctl.ssh.SshFailure;
import sessionctl.state.Actual;

/** What came of looking at one droplet. */
public sealed interface Look {
    /** Its facts. */
    record Seen(Actual actual) implements Look {}

    /** It could not be reached, or was lost. */
    record Unreached(SshFailure failure) implements Look {}

    /** It answered with something that cannot be used; one sentence without its name. */
    record Unreadable(String why) implements Look {}
}
