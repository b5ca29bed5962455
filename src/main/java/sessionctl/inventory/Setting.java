package sessionctl.inventory;

/**
 * A value and where it comes from: a droplet's own value is replaced only by what the operator wrote, never by a
 * default that nobody chose.
 *
 * @param given whether the inventory holds it
 */
public record Setting<T>(T value, boolean given) {
    /** What the operator wrote. */
    public static <T> Setting<T> of(T value) {
        return new Setting<>(value, true);
    }

    /** What holds where nobody says otherwise. */
    public static <T> Setting<T> usual(T value) {
        return new Setting<>(value, false);
    }
}
