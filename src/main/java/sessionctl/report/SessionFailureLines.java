package sessionctl.report;

import java.util.ArrayList;
import java.util.List;
import sessionctl.inventory.Names;
import sessionctl.verify.CheckFailure;
import sessionctl.verify.SessionFailure;

/** The sessions of a finding, one per line. Lists the first few and counts the others. */
public final class SessionFailureLines {
    private static final int MAX_DROPLETS = 5;

    private SessionFailureLines() {}

    public static List<String> lines(CheckFailure finding, int most) {
        List<String> lines = new ArrayList<>();
        List<SessionFailure> all = finding.sessions();
        all.stream().limit(most).forEach(session -> lines.add(line(session)));
        if (all.size() > most) {
            lines.add("and " + RunReport.count(all.size() - most, "more session"));
        }
        return lines;
    }

    private static String line(SessionFailure session) {
        return TerminalSafe.line("session " + (session.id().isEmpty() ? "(no session id)" : session.id()) + ": "
                + session.how().words() + " on " + Names.some(session.droplets(), MAX_DROPLETS));
    }
}
