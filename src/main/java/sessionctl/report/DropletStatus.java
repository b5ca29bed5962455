package sessionctl.report;

import java.util.Locale;

/** The status of a droplet in a run. */
public enum DropletStatus {
    /** The droplet needs no changes. */
    IN_SYNC,
    /** The droplet needs changes that were not applied, or not yet. */
    PLANNED,
    /** All changes were applied. */
    DONE,
    /** A change or a probe failed on the droplet. */
    FAILED,
    /** The run stopped before the droplet's last change, because of a failure elsewhere. */
    NOT_REACHED,
    /** The changes were applied and rolled back, because of a failure elsewhere. */
    ROLLED_BACK,
    /** There is no connection, or an untrusted one. */
    UNREACHABLE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
