package sessionctl.load;

/** A request of a session, from its start to its answer or failure. */
final class Visit {
    private final Session session;
    private final Droplet droplet;
    private final String query;
    private final long began = System.nanoTime();
    private boolean retry;

    Visit(Session session, Droplet droplet) {
        this(session, droplet, "");
    }

    /** Creates a request with a query, which begins with a question mark. */
    Visit(Session session, Droplet droplet, String query) {
        this.session = session;
        this.droplet = droplet;
        this.query = query;
    }

    Session session() {
        return session;
    }

    Droplet droplet() {
        return droplet;
    }

    String query() {
        return query;
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
