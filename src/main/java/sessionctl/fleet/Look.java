package sessionctl.fleet;

import sessionctl.ssh.SshFailure;

/** What came of looking at one droplet for a kind of facts. */
public sealed interface Look<T> {
    /** Its facts. */
    record Seen<T>(T actual) implements Look<T> {}

    /** It could not be reached, or was lost. */
    record Unreached<T>(SshFailure failure) implements Look<T> {}

    /** It answered with something that cannot be used; one sentence without its name. */
    record Unreadable<T>(String why) implements Look<T> {}
}
