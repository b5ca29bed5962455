package sessionctl.report;

import java.util.function.LongSupplier;

/**
 * The log of GitLab CI, with collapsible sections.
 *
 * @param seconds supplies the time in seconds since 1970
 */
record GitlabLog(LongSupplier seconds) implements BuildLog {
    private static final String CLEAR = "\u001b[0K";

    @Override
    public String folded(String name, String title, String size, String text) {
        long now = seconds.getAsLong();
        // A job may report the same droplet twice, but each section needs a unique name.
        String section = "sessionctl_" + name.replaceAll("[^a-zA-Z0-9_.-]", "_") + "_" + now;
        String start =
                TrustedControls.of(CLEAR + "section_start:" + now + ":" + section + "[collapsed=true]\r" + CLEAR);
        String end = TrustedControls.of(CLEAR + "section_end:" + now + ":" + section + "\r" + CLEAR);
        return start + title + ": " + size + "\n" + text + end + "\n";
    }

    /** GitLab finds the marks of a section anywhere in a line. */
    @Override
    public boolean obeys(CharSequence line, char next) {
        return next == ':'
                && (line.toString().endsWith("section_start") || line.toString().endsWith("section_end"));
    }
}
