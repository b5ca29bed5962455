package sessionctl.health;

/** How bad it is. */
public enum Severity {
    /** A promise is broken: sessions are lost or not shared, or a part of the cluster does not work. */
    ERROR,
    /** It works, and will not for long. */
    WARNING
}
