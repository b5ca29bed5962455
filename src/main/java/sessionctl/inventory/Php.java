package sessionctl.inventory;

/**
 * The PHP that the web server of a droplet runs.
 *
 * @param version as in the paths of Debian's packages, {@code 8.2}; empty for the one that serves the sites
 */
public record Php(Sapi sapi, String version) {
    /** The PHP that a droplet already uses. */
    public static final Php AUTO = new Php(Sapi.AUTO, "");
}
