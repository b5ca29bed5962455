package sessionctl.ssh;

/** A line of ssh_config(5), or a block of them. */
sealed interface ConfigPart permits ConfigPart.Said, ConfigBlock {
    /** A line that says something of the host that was asked about. */
    record Said(ConfigLine line) implements ConfigPart {}
}
