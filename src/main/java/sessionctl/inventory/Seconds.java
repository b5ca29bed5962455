package sessionctl.inventory;

import java.math.BigDecimal;

/**
 * A duration as an inventory writes it: seconds, with up to three decimals.
 *
 * @param milliseconds all of it
 */
public record Seconds(int milliseconds) {
    /** Whether no part of a second is left over. */
    public boolean whole() {
        return milliseconds % 1000 == 0;
    }

    /** Without needless zeros: {@code 0.7}, {@code 1}. */
    @Override
    public String toString() {
        return whole()
                ? Integer.toString(milliseconds / 1000)
                : BigDecimal.valueOf(milliseconds, 3).stripTrailingZeros().toPlainString();
    }
}
