package sessionctl.inventory;

/** How the web server runs PHP. */
public enum Sapi {
    /** Whatever the droplet already has; Apache's module where it has none. */
    AUTO,
    /** Apache's module, libapache2-mod-php. */
    APACHE,
    /** PHP-FPM, behind Apache's proxy_fcgi unless another web server is installed. */
    FPM
}
