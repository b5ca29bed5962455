package sessionctl.desired;

import java.util.List;

/**
 * One line of a rendered template that must hold in a droplet's own file.
 *
 * @param text the line as it will be written
 * @param optional whether the droplet's own value wins where it has one; such a line begins with ? in the template
 */
record Directive(String text, boolean optional) {
    /** Keeps one copy of each text: a list of all servers is the same on every droplet. */
    Directive {
        text = text.intern();
    }

    /** The directives of a rendered template: its lines but the empty ones and the comments. */
    static List<Directive> of(String rendered) {
        return rendered.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#") && !line.startsWith(";"))
                .map(line -> line.startsWith("?")
                        ? new Directive(line.substring(1).strip(), true)
                        : new Directive(line, false))
                .toList();
    }

    /** What stands before the equals sign. */
    String name() {
        int sign = text.indexOf('=');
        return (sign < 0 ? text : text.substring(0, sign)).strip();
    }

    /** The lines as a person should see them before the file is there. */
    static String text(List<Directive> directives) {
        StringBuilder text = new StringBuilder();
        directives.forEach(d -> text.append(d.text()).append('\n'));
        return text.toString();
    }
}
