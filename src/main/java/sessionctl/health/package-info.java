/** Findings and the commands that fix them, derived from facts and plans. */
@NullMarked
package sessionctl.health;

import org.jspecify.annotations.NullMarked;
