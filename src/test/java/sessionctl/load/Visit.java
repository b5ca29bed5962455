package sessionctl.load;

/** A request of a session, from its start to its answer or failure. */
final class Visit {
    private final Session session;
    private final Droplet droplet;
    private final long began = System.nanoTime();
    private boolean retry;

    Visit(Session session, Droplet droplet) {
        this.session = session;
        this.droplet = droplet;
    }

    Session session() {
        return session;
    }

    Droplet droplet() {
        return droplet;
    }

    /** Returns the time of its start, by {@link System#nanoTime}. */
    long began() {
        return began;
    }

    /** Returns true if it was sent a second time, as a browser does if a reused connection turns out to be closed. */
    boolean isRetry() {
        return retry;
    }

    void markAsRetry() {
        retry = true;
    }
}
