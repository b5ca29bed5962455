package sessionctl.ssh.hostkey;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import sessionctl.ssh.HostKeyPolicy;
import sessionctl.ssh.SshOptions;

/** A dialog about unknown host keys. Each key is asked about once, either one after another or all together. */
public final class HostKeyPrompter {
    private static final String YES = "yes";
    private static final String NO = "no";
    private static final Set<String> ALL = Set.of("a", "all");

    private final SshOptions options;
    private final Map<String, Boolean> answers = new HashMap<>();
    private final Set<HostKeyCheck> askedAbout = new HashSet<>();
    /** The keys that one question covers, once every droplet has shown its key. */
    private final Map<String, ShownKey> collected = new LinkedHashMap<>();

    private boolean collecting;
    private BooleanSupplier hasMoreQuestions = () -> false;

    /** A key that a server has shown. */
    private record ShownKey(KnownHostKeys check, HostKey key) {
        String line() {
            return "  " + check.target() + ": " + kind(key) + " " + key.fingerprint() + "\n";
        }
    }

    public HostKeyPrompter(SshOptions options) {
        this.options = options;
    }

    /** Returns true if the operator must be asked about this server's key and can answer. */
    public boolean wouldAsk(HostKeyCheck check) {
        return check instanceof KnownHostKeys
                && mayAsk(check)
                && check.preferredAlgorithms().isEmpty();
    }

    private boolean mayAsk(HostKeyCheck check) {
        return check.target().policy(options) == HostKeyPolicy.ASK
                && options.prompter().attended();
    }

    /**
     * Sets the test for further questions: if more follow, the operator can answer "all" to get them in one question.
     */
    public synchronized void setMoreQuestions(BooleanSupplier questions) {
        hasMoreQuestions = questions;
    }

    /**
     * Returns true if the key that was refused as unknown is trusted now. Asks the operator if the key is new, at most
     * once for each check. While keys are collected, adds the key and returns false.
     */
    public synchronized boolean askIfUnknown(HostKeyCheck check) {
        if (!(check instanceof KnownHostKeys known)) {
            return false;
        }
        HostKey key = known.unknown();
        if (key == null || !mayAsk(check) || !askedAbout.add(check)) {
            return false;
        }
        String id = check.target().path() + " " + key;
        if (collecting && !answers.containsKey(id)) {
            collected.putIfAbsent(id, new ShownKey(known, key));
            return false;
        }
        boolean trusted = answers.computeIfAbsent(id, unasked -> ask(known, key));
        if (trusted) {
            known.trust(key);
        }
        return trusted;
    }

    /**
     * Asks one question about all collected keys, with their fingerprints. Returns true if there were any and they are
     * trusted now.
     */
    public synchronized boolean askAboutCollected() {
        if (collected.isEmpty()) {
            collecting = false;
            return false;
        }
        boolean one = collected.size() == 1;
        String question = "The authenticity of " + (one ? "this host" : "these hosts") + " can't be established:\n"
                + collected.values().stream().map(ShownKey::line).collect(Collectors.joining())
                + (one ? "Accept this key" : "Accept these " + collected.size() + " keys") + " (yes/no)? ";
        String answer = answer(question);
        while (!List.of(YES, NO).contains(answer)) {
            answer = answer("Please type 'yes' or 'no': ");
        }
        boolean trusted = answer.equals(YES);
        collected.forEach((id, unknown) -> {
            answers.put(id, trusted);
            if (trusted) {
                record(unknown.check(), unknown.key());
            }
        });
        collected.clear();
        collecting = trusted;
        return trusted;
    }

    private static String kind(HostKey key) {
        return key.type().replaceFirst("^(ssh|ecdsa-sha2)-", "").toUpperCase(Locale.ROOT);
    }

    private boolean ask(KnownHostKeys check, HostKey key) {
        boolean all = hasMoreQuestions.getAsBoolean();
        String question = "The authenticity of host '" + check.target() + "' can't be established.\n" + kind(key)
                + " key fingerprint is " + key.fingerprint()
                + (all ? ".\n'all' accepts it, then shows those of the other droplets and asks once" : "")
                + ".\nAre you sure you want to continue connecting (yes/no/" + (all ? "all/" : "") + "[fingerprint])? ";
        String again = "Please type 'yes', 'no'" + (all ? ", 'all'" : "") + " or the fingerprint: ";
        for (String answer = answer(question); ; answer = answer(again)) {
            if (answer.equals(NO)) {
                return false;
            }
            boolean others = all && ALL.contains(answer);
            if (answer.equals(YES) || others || answer.equals(key.fingerprint())) {
                collecting = others;
                record(check, key);
                return true;
            }
        }
    }

    /** Returns the operator's answer in lower case, or the fingerprint as it is. The end of the input counts as no. */
    private String answer(String question) {
        String answer = options.prompter().answer(question);
        String word = answer == null ? NO : answer.strip();
        return word.startsWith("SHA256:") ? word : word.toLowerCase(Locale.ROOT);
    }

    /** Writes an accepted key to known_hosts. As with ssh, a key that cannot be written is trusted all the same. */
    private void record(KnownHostKeys check, HostKey key) {
        try {
            check.record(key);
        } catch (IOException e) {
            options.prompter()
                    .print("The key could not be added to known_hosts (" + e.getMessage()
                            + "), so that the next run asks again.");
        }
    }
}
