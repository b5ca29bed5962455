package sessionctl.report.text;

import sessionctl.report.RunHistory;
import sessionctl.report.TerminalSafe;
import sessionctl.report.TextStyle;
import sessionctl.report.WordWrap;
import sessionctl.state.RunInfo;

/** The history of runs as text for a terminal. */
public final class HistoryText {
    private static final int WIDTH = 80;

    private HistoryText() {}

    static String render(RunHistory history, TextStyle style) {
        if (history.runs().isEmpty()) {
            return "No run of sessionctl is in the droplets' logs.\n";
        }
        StringBuilder out = new StringBuilder();
        for (RunHistory.Run past : history.runs()) {
            RunInfo run = past.stamp();
            String head = time(past) + "  " + TerminalSafe.line(run.command()) + " by "
                    + LeaseMessages.describeOwner(run) + " as " + TerminalSafe.line(run.login());
            out.append(style.bold(WordWrap.at(WIDTH, "", head))).append('\n');
            past.outcomes()
                    .forEach(o ->
                            out.append(WordWrap.at(WIDTH, "    ", "  " + o)).append('\n'));
        }
        return out.toString();
    }

    public static String time(RunHistory.Run past) {
        return TerminalSafe.line(past.stamp().time().replace("T", " ").replace("Z", " UTC"));
    }
}
