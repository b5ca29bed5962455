package sessionctl.cli;

import java.util.List;
import java.util.function.Consumer;
import sessionctl.fleet.Verification;
import sessionctl.inventory.Droplet;
import sessionctl.verify.Case;
import sessionctl.verify.Proof;

/** One run of verify: try, tell, and leave nothing behind. */
final class Verifying implements Interruption.Interruptible {
    private final Verification verification;
    private final Voice voice;
    private final Locking locking;
    private final List<Droplet> drilled;
    private final Consumer<Proof> file;

    /**
     * A run that has not begun.
     *
     * @param locking holds the droplets
     * @param drilled those that are held, for their memcached is to be stopped
     * @param file where the proof goes besides standard output
     */
    Verifying(Verification verification, Locking locking, List<Droplet> drilled, Consumer<Proof> file) {
        this.verification = verification;
        this.voice = locking.voice();
        this.locking = locking;
        this.drilled = drilled;
        this.file = file;
    }

    /** Tries everything and tells it. */
    int run() {
        Proof proof;
        int code;
        try (locking) {
            if (!drilled.isEmpty()) {
                locking.take(drilled);
            }
            proof = verification.run(locking::lost);
            code = code(proof);
            if (verification.drilled()) {
                locking.ended(drilled, outcome(code));
            }
        }
        voice.say(voice.report().of(proof, code));
        file.accept(proof);
        return code;
    }

    private static String outcome(int code) {
        return switch (code) {
            case ExitCode.OK -> "done";
            case ExitCode.INTERRUPTED -> "interrupted";
            default -> "failed";
        };
    }

    private int code(Proof proof) {
        if (verification.stopped()) {
            return ExitCode.INTERRUPTED;
        }
        if (!proof.unreached().isEmpty()) {
            return ExitCode.UNREACHED;
        }
        return proof.count(Case.Result.BROKEN) == 0 ? ExitCode.OK : ExitCode.BROKEN_PROMISE;
    }

    @Override
    public boolean stop() {
        verification.stop();
        if (!verification.begun()) {
            voice.remark("Interrupted; nothing was changed.");
            return false;
        }
        voice.remark("Interrupted: everything is put back, and the probe page taken away.");
        return true;
    }

    @Override
    public void farewell() {
        if (!verification.begun()) {
            return;
        }
        voice.remark(
                "A droplet that could not be told puts its memcached back by itself when its --drill-timeout is over,"
                        + " and takes the probe page away within " + verification.pageSeconds() + " s.");
    }
}
