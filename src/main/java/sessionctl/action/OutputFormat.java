package sessionctl.action;

/** The formats of a result on standard output; the names are the values of {@code --output}. */
public enum OutputFormat {
    text,
    json,
    markdown
}
