package sessionctl.facts;

import static java.util.Objects.requireNonNull;

import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.Scripts;
import sessionctl.state.Installation;

/** The part of the probe of facts that is about sessionctl itself, for tests on hosts without the rest. */
public final class InstallationAnswer {
    private static final String FUNCTIONS = """
            PATH=/usr/sbin:/usr/bin:/sbin:/bin
            nl='
            '
            say() { printf '%s %s\\n%s\\n' "$1" "${#2}" "$2"; }
            say end '' | gzip -1
            """;

    private InstallationAnswer() {}

    public static Command command() {
        return Command.script(FUNCTIONS + Scripts.text("facts/installation.sh"));
    }

    /** Parses the answer to {@link #command}. */
    public static Installation parse(CommandResult result) throws InvalidAnswerException {
        return requireNonNull(FactsProbe.installation(AnswerSections.of(result.stdout())));
    }
}
