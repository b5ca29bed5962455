package sessionctl.inventory;

import java.util.Optional;

/**
 * A value and its origin. A droplet's own value is replaced only by a value in the inventory, never by a default.
 *
 * @param given true if the inventory contains the value
 */
public record Configured<T>(T value, boolean given) {
    /** A value from the inventory. */
    public static <T> Configured<T> of(T value) {
        return new Configured<>(value, true);
    }

    /** A default, used if the inventory does not contain the value. */
    public static <T> Configured<T> ofDefault(T value) {
        return new Configured<>(value, false);
    }

    /** Returns the value from the inventory, or this default. */
    Configured<T> or(Optional<T> given) {
        return given.map(Configured::of).orElse(this);
    }
}
