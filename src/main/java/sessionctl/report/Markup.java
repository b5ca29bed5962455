package sessionctl.report;

import java.util.Locale;

/** HTML and SVG; nothing of a droplet's words is ever markup. */
final class Markup {
    private Markup() {}

    /** Text, also inside an attribute's double quotes. */
    static String text(String words) {
        return Legible.of(words)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** A picture of this size, with what it shows for those who do not see it. */
    static String svg(double width, double height, String label, String content) {
        return String.format(
                Locale.ROOT,
                "<svg width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">%n%s</svg>%n",
                width,
                height,
                width,
                height,
                text(label),
                content);
    }

    /** A box of a class of the page's style, with words for whoever points at it. */
    static String box(String style, double[] place, String title) {
        return String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"2\"><title>%s</title></rect>%n",
                style,
                place[0],
                place[1],
                place[2],
                place[3],
                text(title));
    }

    /** Words that begin here, or end, or have their middle. */
    static String words(String anchor, double x, double y, String words) {
        return String.format(
                Locale.ROOT, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>%n", anchor, x, y, text(words));
    }
}
