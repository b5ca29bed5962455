package sessionctl.health;

/** The severity of a finding. */
public enum Severity {
    /** Sessions are lost or not shared, or a part of the cluster does not work. */
    ERROR,
    /** The cluster works now, but is at risk. */
    WARNING
}
