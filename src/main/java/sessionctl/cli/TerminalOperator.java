package sessionctl.cli;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import sessionctl.fleet.Progress;
import sessionctl.ssh.Operator;

/** Whoever sits at the terminal, if anybody does. */
final class TerminalOperator implements Operator {
    private final char @Nullable [] sudoPassword;
    private final Progress progress;

    TerminalOperator(char @Nullable [] sudoPassword, Progress progress) {
        this.sudoPassword = sudoPassword;
        this.progress = progress;
    }

    @Override
    public char @Nullable [] passphrase(Path keyFile) {
        return beside(() -> Terminal.password("Passphrase for " + keyFile + ": "));
    }

    /** Questions are for those who see the progress; whoever captures it is a program. */
    @Override
    public boolean attended() {
        return Terminal.current().err() && Terminal.attended();
    }

    @Override
    public @Nullable String answer(String question) {
        return beside(() -> Terminal.answer(question));
    }

    @Override
    public void tell(String sentence) {
        beside(() -> Terminal.tell(sentence + "\n"));
    }

    /** One question at a time, and nothing drawn over it. */
    private synchronized <T> @Nullable T beside(Supplier<@Nullable T> talk) {
        progress.pause();
        try {
            return talk.get();
        } finally {
            progress.resume();
        }
    }

    @Override
    public char @Nullable [] sudoPassword() {
        return sudoPassword;
    }
}
