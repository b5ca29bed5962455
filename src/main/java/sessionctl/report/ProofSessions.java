package sessionctl.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import sessionctl.verify.BadSession;
import sessionctl.verify.Finding;

/** The sessions that a finding is about, a line each; of many the first, and how many more. */
final class ProofSessions {
    private static final int MOST_DROPLETS = 5;

    private ProofSessions() {}

    static List<String> lines(Finding finding, int most) {
        List<String> lines = new ArrayList<>();
        List<BadSession> all = finding.sessions();
        all.stream().limit(most).forEach(session -> lines.add(line(session)));
        if (all.size() > most) {
            lines.add("and " + Run.count(all.size() - most, "more session"));
        }
        return lines;
    }

    private static String line(BadSession session) {
        int more = session.droplets().size() - MOST_DROPLETS;
        return Legible.line("session " + session.id() + ": " + session.how().words() + " on "
                + session.droplets().stream().limit(MOST_DROPLETS).collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more" : ""));
    }
}
