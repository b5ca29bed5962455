package sessionctl.state;

/** A droplet that cannot become what the inventory asks for; the message is one sentence without the droplet's name. */
public final class Unfit extends Exception {
    private static final long serialVersionUID = 1;

    private final String sentence;

    /** With its sentence. */
    public Unfit(String sentence) {
        super(sentence);
        this.sentence = sentence;
    }

    /** What people are told. */
    public String sentence() {
        return sentence;
    }
}
