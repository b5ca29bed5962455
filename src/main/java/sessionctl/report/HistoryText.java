package sessionctl.report;

import sessionctl.state.RunStamp;

/** Who changed what, for a person at a terminal. */
final class HistoryText {
    private static final int WIDTH = 80;

    private final Style style;

    HistoryText(Style style) {
        this.style = style;
    }

    String of(History history) {
        if (history.runs().isEmpty()) {
            return "No run of sessionctl is in the droplets' logs.\n";
        }
        StringBuilder out = new StringBuilder();
        for (History.Past past : history.runs()) {
            RunStamp run = past.stamp();
            String head = time(past) + "  " + Legible.line(run.command()) + " by " + Holders.who(run) + " as "
                    + Legible.line(run.login());
            out.append(style.bold(wrapped(head, ""))).append('\n');
            past.outcomes().forEach(o -> out.append(wrapped("  " + o, "    ")).append('\n'));
        }
        return out.toString();
    }

    static String time(History.Past past) {
        return Legible.line(past.stamp().time().replace("T", " ").replace("Z", " UTC"));
    }

    /** Lines that fit; a word that does not stays whole. */
    private static String wrapped(String text, String indent) {
        StringBuilder out = new StringBuilder();
        String rest = text;
        while (rest.length() > WIDTH) {
            int space = rest.lastIndexOf(' ', WIDTH);
            if (space <= indent.length()) {
                space = rest.indexOf(' ', WIDTH);
            }
            if (space < 0) {
                break;
            }
            out.append(rest, 0, space).append('\n');
            rest = indent + rest.substring(space + 1);
        }
        return out.append(rest).toString();
    }
}
