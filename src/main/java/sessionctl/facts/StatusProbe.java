package sessionctl.facts;

import java.util.List;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.Scripts;
import sessionctl.guard.GuardProgram;
import sessionctl.state.PhpSelection;
import sessionctl.state.StatusFacts;

/** Asks for a droplet's state, packet filter and health, in one command. */
public final class StatusProbe {
    /** Reads the clock before any other command; vitals.sh and preflight.sh read it again at the end. */
    static final String BEGIN = "PATH=/usr/sbin:/usr/bin:/sbin:/bin\nbegan=$(date +%s%N)\n";

    private StatusProbe() {}

    /**
     * Returns the command. It writes, reads and deletes a temporary key on every server and changes nothing else.
     *
     * @param own the droplet's private address
     * @param port the port of memcached
     * @param patience the seconds for which a session may be locked
     * @param servers addresses of all servers
     */
    public static Command command(String own, int port, int patience, List<String> servers) {
        String script = BEGIN + FactsProbe.script() + vitals();
        return Command.script(script, own, Integer.toString(port), Integer.toString(patience))
                .withArguments(servers);
    }

    /** Returns the script that measures a droplet's health. It must follow a script that queries memcached. */
    static String vitals() {
        return cache() + Scripts.text("facts/vitals.sh");
    }

    /** Returns the script that reads what memcached holds. It must follow a script that queries memcached. */
    static String cache() {
        return "session_keys='" + GuardProgram.module("SessionKeys") + "'\n" + Scripts.text("facts/cache.sh");
    }

    /**
     * Parses the answer.
     *
     * @param sent the time before the command was sent, in milliseconds since 1970
     * @param received the time after the answer was received, in milliseconds since 1970
     * @param php the PHPs that the inventory permits
     * @throws InvalidAnswerException if it is not an answer to this probe
     */
    public static StatusFacts parse(CommandResult result, long sent, long received, PhpSelection php)
            throws InvalidAnswerException {
        AnswerSections sections = FactsProbe.sections(result);
        return new StatusFacts(FactsProbe.parse(sections, php), HealthMetricsParser.of(sections, sent, received));
    }
}
