package sessionctl.inventory;

import java.math.BigDecimal;

/**
 * A duration in seconds, with up to three decimals.
 *
 * @param milliseconds the complete duration, in milliseconds
 */
public record Seconds(int milliseconds) {
    /** Returns true if the duration is an integral number of seconds. */
    public boolean isWhole() {
        return milliseconds % 1000 == 0;
    }

    /** Returns the seconds without trailing zeros: {@code 0.7}, {@code 1}. */
    @Override
    public String toString() {
        return isWhole()
                ? Integer.toString(milliseconds / 1000)
                : BigDecimal.valueOf(milliseconds, 3).stripTrailingZeros().toPlainString();
    }
}
