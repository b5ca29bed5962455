package sessionctl.facts;

import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.Scripts;
import sessionctl.state.FirewallState;

/** The part of the probe of facts that is about the packet filter, for tests on hosts without the rest. */
public final class FirewallAnswer {
    private FirewallAnswer() {}

    public static Command command() {
        return Command.script(Scripts.text("firewall/facts.sh"));
    }

    /** Parses the answer to {@link #command}. */
    public static FirewallState parse(CommandResult result) throws InvalidAnswerException {
        var facts = FirewallSections.parse(AnswerSections.of(result.stdout()));
        if (facts == null) {
            throw new AssertionError("iptables cannot be used");
        }
        return facts.state();
    }
}
