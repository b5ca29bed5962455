package sessionctl.ssh;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Unknown host keys that the operator is asked about, each once, and one after another. */
final class Acquaintances {
    private final SshOptions options;
    private final Map<String, Boolean> answers = new HashMap<>();
    private final Set<HostKeyCheck> met = new HashSet<>();

    Acquaintances(SshOptions options) {
        this.options = options;
    }

    /** Whether somebody would have to be asked about this server, and is there. */
    boolean wouldAsk(HostKeyCheck check) {
        return check.target().pin() == null
                && check.target().policy(options) == HostKeyPolicy.ASK
                && options.operator().attended()
                && check.preferredAlgorithms().isEmpty();
    }

    /** Whether the key that was refused as unknown is trusted now; for each check at most once. */
    synchronized boolean made(HostKeyCheck check) {
        HostKey key = check.unknown();
        if (key == null
                || check.target().policy(options) != HostKeyPolicy.ASK
                || !options.operator().attended()
                || !met.add(check)) {
            return false;
        }
        boolean trusted = answers.computeIfAbsent(check.target().path() + " " + key, unasked -> ask(check, key));
        if (trusted) {
            check.trust(key);
        }
        return trusted;
    }

    private boolean ask(HostKeyCheck check, HostKey key) {
        String kind = key.type().replaceFirst("^(ssh|ecdsa-sha2)-", "").toUpperCase(Locale.ROOT);
        String question = "The authenticity of host '" + check.target() + "' can't be established.\n" + kind
                + " key fingerprint is " + key.fingerprint()
                + ".\nAre you sure you want to continue connecting (yes/no/[fingerprint])? ";
        for (String answer = answer(question); ; answer = answer("Please type 'yes', 'no' or the fingerprint: ")) {
            if (answer.equals("no")) {
                return false;
            }
            if (answer.equals("yes") || answer.equals(key.fingerprint())) {
                writeDown(check, key);
                return true;
            }
        }
    }

    /** The end of the input is a no. */
    private String answer(String question) {
        String answer = options.operator().answer(question);
        String word = answer == null ? "no" : answer.strip();
        return word.startsWith("SHA256:") ? word : word.toLowerCase(Locale.ROOT);
    }

    /** Whoever has said yes is let on all the same, as by ssh. */
    private void writeDown(HostKeyCheck check, HostKey key) {
        try {
            check.writeDown(key);
        } catch (IOException e) {
            options.operator()
                    .tell("The key could not be added to known_hosts (" + e.getMessage()
                            + "), so that the next run asks again.");
        }
    }
}
