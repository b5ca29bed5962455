package sessionctl.report.json;

import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import sessionctl.fleet.Progress;
import sessionctl.inventory.Droplet;

/** Progress as JSON lines, for a program that follows a run. Each line is flushed. */
public final class EventLines implements Progress {
    private static final String BEGIN = "begin";

    private final PrintWriter out;
    private final String command;
    private final LongSupplier nanos;
    private final Supplier<String> time;
    private final long start;
    private final Map<String, Open> steps = new HashMap<>();
    private final Map<String, Open> changes = new HashMap<>();
    private @Nullable Open stage;
    private boolean stageFailed;
    private boolean finished;

    /** A stage, a change or a step that has begun. */
    private record Open(String name, long since) {}

    /**
     * Writes the first event.
     *
     * @param command the name of the command that runs
     * @param nanos returns the time, as {@link System#nanoTime()} does
     * @param time returns the time of day for {@code time}
     */
    public EventLines(PrintWriter out, String command, LongSupplier nanos, Supplier<String> time) {
        this.out = out;
        this.command = command;
        this.nanos = nanos;
        this.time = time;
        this.start = nanos.getAsLong();
        JsonObject event = event("run");
        event.addProperty("command", command);
        write(event, BEGIN);
    }

    @Override
    public synchronized void begin(Droplet droplet, String what) {
        Open change = changes.get(droplet.name());
        // The step that applies a change has the same begin and end as the change.
        if (change != null && change.name().equals(what)) {
            return;
        }
        steps.putIfAbsent(droplet.name(), new Open(what, nanos.getAsLong()));
        write(step(droplet, what), BEGIN);
    }

    @Override
    public synchronized void end(Droplet droplet, String what) {
        end(droplet, what, true);
    }

    @Override
    public synchronized void fail(Droplet droplet, String what) {
        end(droplet, what, false);
    }

    private void end(Droplet droplet, String what, boolean done) {
        Open open = steps.remove(droplet.name());
        if (open == null) {
            return;
        }
        JsonObject event = step(droplet, open.name());
        event.addProperty("result", what);
        write(event, done, open.since());
    }

    @Override
    public synchronized void stage(int number, int of, String name) {
        endStage();
        stage = new Open(name, nanos.getAsLong());
        stageFailed = false;
        JsonObject event = event("stage");
        event.addProperty("number", number);
        event.addProperty("of", of);
        write(event, BEGIN);
    }

    private void endStage() {
        if (stage != null) {
            write(event("stage"), !stageFailed, stage.since());
            stage = null;
        }
    }

    @Override
    public synchronized void beginChange(Droplet droplet, String change) {
        changes.put(droplet.name(), new Open(change, nanos.getAsLong()));
        write(about(droplet, change), BEGIN);
    }

    @Override
    public synchronized void endChange(Droplet droplet, String change, boolean done) {
        Open open = changes.remove(droplet.name());
        stageFailed |= !done;
        write(about(droplet, change), done, open == null ? nanos.getAsLong() : open.since());
    }

    @Override
    public synchronized void finish(int exitCode) {
        if (finished) {
            return;
        }
        stageFailed |= !changes.isEmpty();
        endStage();
        JsonObject event = event("run");
        event.addProperty("command", command);
        event.addProperty("exit_code", exitCode);
        write(event, exitCode == 0 || exitCode == 2, start);
        finished = true;
    }

    private JsonObject event(String name) {
        JsonObject event = new JsonObject();
        event.addProperty("time", time.get());
        event.addProperty("event", name);
        if (stage != null) {
            event.addProperty("stage", stage.name());
        }
        return event;
    }

    private JsonObject about(Droplet droplet, String change) {
        JsonObject event = event("change");
        event.addProperty("droplet", droplet.name());
        event.addProperty("change", change);
        return event;
    }

    private JsonObject step(Droplet droplet, String what) {
        JsonObject event = event("step");
        event.addProperty("droplet", droplet.name());
        Open change = changes.get(droplet.name());
        if (change != null) {
            event.addProperty("change", change.name());
        }
        event.addProperty("step", what);
        return event;
    }

    private void write(JsonObject event, boolean done, long since) {
        event.addProperty("seconds", Math.round((nanos.getAsLong() - since) / 1e6) / 1e3);
        write(event, done ? "done" : "failed");
    }

    private void write(JsonObject event, String state) {
        if (!finished) {
            event.addProperty("state", state);
            out.print(JsonText.line(event) + "\n");
            out.flush();
        }
    }
}
