package sessionctl.action;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import sessionctl.fleet.Progress;

/** The operator's consent to a plan that was shown. */
public interface Approval {
    /** Consents to every plan, as scripts need it. */
    Approval GIVEN = new Approval() {
        @Override
        public boolean isAsked() {
            return false;
        }

        @Override
        public boolean isGiven(String question) {
            return true;
        }
    };

    /** Returns true if {@link #isGiven} asks a person, who must have seen the plan. */
    boolean isAsked();

    /** Returns true if the operator agrees. */
    boolean isGiven(String question);

    /** Returns true if the person sees what is printed to standard output. */
    default boolean hasSeenOutput() {
        return true;
    }

    /** Moves the cursor to the next line if a signal interrupts a question. */
    default void interrupt() {}

    /**
     * Returns the consent of the person at the terminal. Without a person there, it is given, as scripts rely on it.
     *
     * @param progress pauses during the question
     */
    static Approval of(Terminal terminal, Progress progress) {
        return terminal.in() && (terminal.err() || terminal.out()) && Terminal.attended()
                ? new OnTerminal(progress, terminal.out())
                : GIVEN;
    }

    /** A question on the terminal. Anything but yes means no. */
    final class OnTerminal implements Approval {
        private final Progress progress;
        private final boolean seesOutput;
        private volatile boolean asking;

        private OnTerminal(Progress progress, boolean seesOutput) {
            this.progress = progress;
            this.seesOutput = seesOutput;
        }

        @Override
        public boolean hasSeenOutput() {
            return seesOutput;
        }

        @Override
        public boolean isAsked() {
            return true;
        }

        @Override
        public boolean isGiven(String question) {
            progress.pause();
            asking = true;
            try {
                String answer = Terminal.ask(question);
                if (answer == null) {
                    Terminal.print("\n");
                }
                return isYes(answer);
            } finally {
                asking = false;
                progress.resume();
            }
        }

        static boolean isYes(@Nullable String answer) {
            return answer != null && Set.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT));
        }

        @Override
        public void interrupt() {
            if (asking) {
                Terminal.print("\n");
            }
        }
    }
}
