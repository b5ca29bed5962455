package sessionctl.state;

import java.util.Objects;

/** What is at a path of a droplet. */
public sealed interface FileState {
    /** Nothing is there. */
    record Absent() implements FileState {}

    /** A regular file; most are the same on all droplets of a cluster, or nearly so. */
    final class Present implements FileState {
        private static final int LINES = 16;

        private final SharedText content;
        private final String mode;
        private final String owner;

        /**
         * A file.
         *
         * @param content one byte a character (ISO 8859-1), so that no byte is lost whatever the file's encoding
         * @param mode permission bits in octal, as in {@code 644}
         * @param owner user and group, as in {@code root:root}
         */
        public Present(String content, String mode, String owner) {
            this.content = SharedText.of(content, LINES);
            this.mode = mode;
            this.owner = owner;
        }

        /** Its content, one byte a character. */
        public String content() {
            return content.toString();
        }

        /** Its permission bits in octal. */
        public String mode() {
            return mode;
        }

        /** Its user and group. */
        public String owner() {
            return owner;
        }

        /** The same file with other content. */
        public Present with(String newContent) {
            return new Present(newContent, mode, owner);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Present file
                    && mode.equals(file.mode)
                    && owner.equals(file.owner)
                    && content.equals(file.content);
        }

        @Override
        public int hashCode() {
            return Objects.hash(content, mode, owner);
        }

        @Override
        public String toString() {
            return "Present[content=" + content + ", mode=" + mode + ", owner=" + owner + "]";
        }
    }

    /**
     * A file that a package will bring: its bytes are not known yet, what will be set in it is.
     *
     * @param directives the lines that will hold, each ended by a newline
     */
    record Pending(String directives) implements FileState {}
}
