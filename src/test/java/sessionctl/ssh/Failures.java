package sessionctl.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Asserts the kind of an {@link SshFailure} and that its message is one line that starts with the droplet. */
public final class Failures {
    private Failures() {}

    public static AbstractThrowableAssert<?, ? extends Throwable> assertFails(
            SshFailure.Kind kind, ThrowingCallable action) {
        return assertThatThrownBy(action).isInstanceOfSatisfying(SshFailure.class, failure -> {
            assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(kind);
            assertThat(failure.getMessage()).startsWith("lamp01 (127.0.0.1): ").hasLineCount(1);
        });
    }
}
