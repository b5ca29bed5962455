package sessionctl.state;

/** Whether servers come into PHP's lists or leave them, and what those that stay hold meanwhile. */
public enum Turnover {
    /** The lists name the servers that they are to name, or nothing is stored. */
    NONE,
    /** While lists differ, every PHP writes each session to all servers of its list. */
    WHOLE,
    /**
     * Some PHP writes to fewer. Where it looks for a session depends on its list, so one that another PHP has written may be
     * missing there, or old.
     */
    SPARSE
}
