package sessionctl.ssh.auth;

/** A key file that cannot be used. The message is the part of a sentence that follows the droplet's name. */
final class InvalidKeyException extends Exception {
    private static final long serialVersionUID = 1;

    InvalidKeyException(String sentence) {
        super(sentence);
    }
}
