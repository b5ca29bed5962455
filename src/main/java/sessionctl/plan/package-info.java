/** Computes the difference of two states as ordered changes, and the stages they run in. */
@NullMarked
package sessionctl.plan;

import org.jspecify.annotations.NullMarked;
