package sessionctl.cli;

/** The forms of a result on standard output. */
enum Format {
    text,
    json,
    markdown
}
