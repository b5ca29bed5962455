package sessionctl.ssh;

/** A policy for host keys that known_hosts does not list. Changed and revoked keys are refused under every policy. */
public enum HostKeyPolicy {
    /** Refuses the key. */
    STRICT,
    /** Asks the operator; refuses the key if there is no terminal to ask on. */
    ASK,
    /** Trusts the key on first use and writes it to known_hosts. */
    ACCEPT_NEW
}
