package sessionctl.inventory.discovery;

/** A list of droplets that cannot be used. The message is one sentence. */
public final class InvalidListingException extends RuntimeException {
    static final String EXPECTED = "expected the output of doctl compute droplet list -o json, terraform show -json,"
            + " terraform output -json or ansible-inventory --list, a terraform.tfstate, or lines of name, public and private address";

    private static final long serialVersionUID = 1;

    InvalidListingException(String sentence) {
        super(sentence);
    }

    /** Returns the sentence, with the problem and the expected input. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
