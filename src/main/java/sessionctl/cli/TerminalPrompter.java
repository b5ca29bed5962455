package sessionctl.cli;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import sessionctl.action.Terminal;
import sessionctl.fleet.Progress;
import sessionctl.ssh.Prompter;

/** Asks the user on the terminal of this process, while no progress is drawn. */
final class TerminalPrompter implements Prompter {
    private final char @Nullable [] sudoPassword;
    private final Progress progress;

    TerminalPrompter(char @Nullable [] sudoPassword, Progress progress) {
        this.sudoPassword = sudoPassword;
        this.progress = progress;
    }

    @Override
    public char @Nullable [] passphrase(Path keyFile) {
        return withoutProgress(() -> Terminal.password("Passphrase for " + keyFile + ": "));
    }

    /** Returns whether a person can answer. If standard error is no terminal, a program reads it, so no question is asked. */
    @Override
    public boolean attended() {
        return Terminal.current().err() && Terminal.attended();
    }

    @Override
    public @Nullable String answer(String question) {
        return withoutProgress(() -> Terminal.answer(question));
    }

    @Override
    public void print(String sentence) {
        withoutProgress(() -> Terminal.print(sentence + "\n"));
    }

    /** Asks one question at a time, while no progress is drawn. */
    private synchronized <T> @Nullable T withoutProgress(Supplier<@Nullable T> talk) {
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
