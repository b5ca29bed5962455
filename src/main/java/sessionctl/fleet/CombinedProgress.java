package sessionctl.fleet;

import java.util.List;
import java.util.function.Consumer;
import sessionctl.inventory.Droplet;

/** Passes each report on to several receivers, in order. */
public record CombinedProgress(List<Progress> receivers) implements Progress {
    public CombinedProgress {
        receivers = List.copyOf(receivers);
    }

    private void each(Consumer<Progress> report) {
        receivers.forEach(report);
    }

    @Override
    public void begin(Droplet droplet, String what) {
        each(p -> p.begin(droplet, what));
    }

    @Override
    public void end(Droplet droplet, String what) {
        each(p -> p.end(droplet, what));
    }

    @Override
    public void fail(Droplet droplet, String what) {
        each(p -> p.fail(droplet, what));
    }

    @Override
    public void stage(int number, int of, String name) {
        each(p -> p.stage(number, of, name));
    }

    @Override
    public void beginChange(Droplet droplet, String change) {
        each(p -> p.beginChange(droplet, change));
    }

    @Override
    public void endChange(Droplet droplet, String change, boolean done) {
        each(p -> p.endChange(droplet, change, done));
    }

    @Override
    public void command(Droplet droplet, String line) {
        each(p -> p.command(droplet, line));
    }

    @Override
    public void error(Throwable cause) {
        each(p -> p.error(cause));
    }

    @Override
    public void finish(int exitCode) {
        each(p -> p.finish(exitCode));
    }

    @Override
    public void clear() {
        each(Progress::clear);
    }

    @Override
    public void pause() {
        each(Progress::pause);
    }

    @Override
    public void resume() {
        each(Progress::resume);
    }
}
