package sessionctl.state;

/** The state of one path on a droplet. */
public sealed interface FileState {
    /** No file exists at the path. */
    record Absent() implements FileState {}

    /**
     * A regular file. Most files are equal or nearly equal on all droplets of a cluster, so equal parts are shared in
     * memory.
     *
     * @param text the content, one character for each byte
     * @param mode permission bits in octal
     * @param owner user and group
     */
    record Present(SharedText text, String mode, String owner) implements FileState {
        private static final int LINES = 16;

        /**
         * Creates a file.
         *
         * @param content one character for each byte (ISO 8859-1), so that no byte is lost in any encoding
         * @param mode permission bits in octal, as in {@code 644}
         * @param owner user and group, as in {@code root:root}
         */
        public Present(String content, String mode, String owner) {
            this(SharedText.of(content, LINES), mode, owner);
        }

        /** Returns the content, one character for each byte. */
        public String content() {
            return text.toString();
        }

        /** Returns the same file with other content. */
        public Present with(String newContent) {
            return new Present(newContent, mode, owner);
        }
    }

    /**
     * A file of a package that is not installed yet. Its bytes are unknown; the directives to set in it are known.
     *
     * @param directives the lines that the file must contain, each ended by a newline
     */
    record Pending(String directives) implements FileState {}
}
