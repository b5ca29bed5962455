package sessionctl.verify;

/** A request that brought no usable answer; nothing is guessed from it. */
public final class WebFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final String what;
    private final String remedy;

    /** With what is wrong and what to do about it, which may be empty. */
    public WebFailure(String what, String remedy) {
        super(what);
        this.what = what;
        this.remedy = remedy;
    }

    /** As a finding on this droplet. */
    public Finding on(String droplet) {
        return new Finding(droplet, what, remedy);
    }
}
