package sessionctl.report;

import java.util.function.LongSupplier;

/**
 * The log of GitLab CI: sections that can be folded.
 *
 * @param seconds the time since 1970
 */
record GitlabLog(LongSupplier seconds) implements BuildLog {
    private static final String CLEAR = "\u001b[0K";

    @Override
    public String folded(String name, String title, String size, String text) {
        long now = seconds.getAsLong();
        // A job may tell of the same droplet twice, and a section's name must not come twice.
        String section = "sessionctl_" + name.replaceAll("[^a-zA-Z0-9_.-]", "_") + "_" + now;
        String start = OwnControl.of(CLEAR + "section_start:" + now + ":" + section + "[collapsed=true]\r" + CLEAR);
        String end = OwnControl.of(CLEAR + "section_end:" + now + ":" + section + "\r" + CLEAR);
        return start + title + ": " + size + "\n" + text + end + "\n";
    }

    /** The server looks for the marks of a section anywhere. */
    @Override
    public boolean obeys(CharSequence line, char next) {
        return next == ':'
                && (line.toString().endsWith("section_start") || line.toString().endsWith("section_end"));
    }
}
