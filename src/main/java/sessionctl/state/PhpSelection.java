package sessionctl.state;

import java.util.List;

/**
 * The PHPs between which the inventory lets a droplet choose.
 *
 * @param version the only version, as in {@link PhpLayout}; empty for any
 * @param fpm true if PHP may be FPM
 * @param module true if PHP may be Apache's module
 */
public record PhpSelection(String version, boolean fpm, boolean module) {
    /** Any PHP. */
    public static final PhpSelection ANY = new PhpSelection("", true, true);

    /** Returns true if PHP may have this version. */
    public boolean hasVersionOf(PhpLayout php) {
        return List.of("", php.version()).contains(version);
    }

    /** Returns true if this PHP may be used. */
    public boolean accepts(PhpLayout php) {
        return hasVersionOf(php) && (php.fpm() ? fpm : module);
    }
}
