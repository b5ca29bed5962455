package sessionctl.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import sessionctl.ssh.Operator;

/** Whoever sits at the terminal, if anybody does. */
final class TerminalOperator implements Operator {
    private final char @Nullable [] sudoPassword;

    TerminalOperator(char @Nullable [] sudoPassword) {
        this.sudoPassword = sudoPassword;
    }

    @Override
    public char @Nullable [] passphrase(Path keyFile) {
        return Terminal.password("Passphrase for " + keyFile + ": ");
    }

    /** Questions are for those who see the progress; whoever captures it is a program. */
    @Override
    public boolean attended() {
        return Terminal.current().err() && Terminal.attended();
    }

    @Override
    public @Nullable String answer(String question) {
        return Terminal.answer(question);
    }

    @Override
    public char @Nullable [] sudoPassword() {
        return sudoPassword;
    }
}
