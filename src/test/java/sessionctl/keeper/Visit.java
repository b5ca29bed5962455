package sessionctl.keeper;

/** One request of a session, from when it is sent until it is answered or has failed. */
final class Visit {
    private final Session session;
    private final Droplet droplet;
    private final long began = System.nanoTime();
    private boolean again;

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

    /** By {@link System#nanoTime}. */
    long began() {
        return began;
    }

    /** Whether it was sent a second time, as a browser does when a kept connection turns out to be closed. */
    boolean isAgain() {
        return again;
    }

    void sendAgain() {
        again = true;
    }
}
