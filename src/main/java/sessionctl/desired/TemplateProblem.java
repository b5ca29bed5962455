package sessionctl.desired;

/** A template that cannot be used; the message is one sentence: which template, where, what is so, what to do. */
public final class TemplateProblem extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String sentence;

    /** A problem with its sentence. */
    public TemplateProblem(String sentence) {
        super(sentence);
        this.sentence = sentence;
    }

    /** What people are told. */
    public String sentence() {
        return sentence;
    }
}
