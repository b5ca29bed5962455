package sessionctl.ssh;

/** A key file that cannot be used; the message is the part of a sentence that follows the droplet's name. */
final class UnusableKey extends Exception {
    private static final long serialVersionUID = 1;

    UnusableKey(String sentence) {
        super(sentence);
    }
}
