package sessionctl.inventory;

/** A list of droplets that cannot be used, in one sentence or a line each. */
public final class UnreadableListing extends RuntimeException {
    static final String EXPECTED = "expected what doctl compute droplet list -o json, terraform show -json or"
            + " ansible-inventory --list prints, or lines of name, public and private address";

    private static final long serialVersionUID = 1;

    private final String sentence;

    UnreadableListing(String sentence) {
        super(sentence);
        this.sentence = sentence;
    }

    /** What is wrong and what to do. */
    public String sentence() {
        return sentence;
    }
}
