package sessionctl.facts;

/** An answer that is not what the question asks for; nothing is guessed from it. */
public final class UnreadableFact extends Exception {
    private static final long serialVersionUID = 1;

    private final String sentence;

    /** With what is wrong, without the droplet's name. */
    public UnreadableFact(String sentence) {
        super(sentence);
        this.sentence = sentence;
    }

    /** What people are told. */
    public String sentence() {
        return sentence;
    }
}
