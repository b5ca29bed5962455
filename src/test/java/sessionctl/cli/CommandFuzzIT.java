package sessionctl.cli;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import sessionctl.Answer;
import sessionctl.Fuzz;
import sessionctl.command.CommandResult;

/** Runs all commands with damaged answers, which takes too long for the unit tests. */
class CommandFuzzIT {
    @Test
    void aDamagedAnswerIsShownOrFailsItsDropletOnly() throws IOException {
        HostileCommands commands = new HostileCommands();
        String valid = commands.second().raw();
        Fuzz.each(List.of(valid), raw -> commands.run("fuzz", new CommandResult(0, Answer.packed(raw), "")));
    }
}
