/** What is wrong with a cluster, and the command that mends it; from values alone. */
@NullMarked
package sessionctl.health;

import org.jspecify.annotations.NullMarked;
