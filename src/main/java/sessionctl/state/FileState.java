package sessionctl.state;

/** What is at a path of a droplet. */
public sealed interface FileState {
    /** Nothing is there. */
    record Absent() implements FileState {}

    /**
     * A regular file.
     *
     * @param content one byte a character (ISO 8859-1), so that no byte is lost whatever the file's encoding
     * @param mode permission bits in octal, as in {@code 644}
     * @param owner user and group, as in {@code root:root}
     */
    record Present(String content, String mode, String owner) implements FileState {
        /** Keeps one copy of each content, since most files are the same on all droplets of a cluster. */
        public Present {
            content = content.intern();
        }

        /** The same file with other content. */
        public Present with(String newContent) {
            return new Present(newContent, mode, owner);
        }
    }

    /**
     * A file that a package will bring: its bytes are not known yet, what will be set in it is.
     *
     * @param directives the lines that will hold, each ended by a newline
     */
    record Pending(String directives) implements FileState {}
}
