package sessionctl.facts;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import sessionctl.command.Command;
import sessionctl.command.CommandResult;
import sessionctl.command.Scripts;
import sessionctl.state.ActualFirewall;
import sessionctl.state.Sighting;

/** What a droplet is, its packet filter, and how it fares, asked in one go. */
public final class SightingProbe {
    /** The clock is read before anything else and once more at the end. */
    static final String BEGIN = "PATH=/usr/sbin:/usr/bin:/sbin:/bin\nbegan=$(date +%s%N)\n";

    private SightingProbe() {}

    /**
     * The question.
     *
     * @param own the droplet's private address
     * @param port of memcached
     * @param patience seconds that a session may be locked
     * @param servers addresses of all servers
     */
    public static Command command(String own, int port, int patience, List<String> servers) {
        String script = BEGIN + FactsProbe.script() + Scripts.text("firewall/facts.sh") + vitals();
        List<String> arguments = new ArrayList<>(List.of(own, Integer.toString(port), Integer.toString(patience)));
        arguments.addAll(servers);
        return Command.script(script, arguments.toArray(String[]::new));
    }

    /** Comes behind a script that asks memcached. */
    static String vitals() {
        return "session_keys='" + Scripts.text("facts/session-keys.pl") + "'\n" + Scripts.text("facts/vitals.sh");
    }

    /**
     * Reads the answer.
     *
     * @param sent when it was asked, in milliseconds since 1970
     * @param received when the answer was there
     * @throws UnreadableFact when it is not one
     */
    public static Sighting parse(CommandResult result, long sent, long received) throws UnreadableFact {
        return new Sighting(
                FactsProbe.parse(result),
                firewall(result),
                VitalFacts.of(Sections.of(result.stdout()), sent, received));
    }

    private static @Nullable ActualFirewall firewall(CommandResult result) {
        try {
            return FirewallProbe.parse(result);
        } catch (UnreadableFact e) {
            return null;
        }
    }
}
