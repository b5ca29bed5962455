package sessionctl.inventory;

/** The way in which the web server runs PHP. */
public enum Sapi {
    /** The way that the droplet already uses; Apache's module if it has none. */
    AUTO,
    /** Apache's module, libapache2-mod-php. */
    APACHE,
    /** PHP-FPM, behind Apache's proxy_fcgi unless another web server is installed. */
    FPM
}
