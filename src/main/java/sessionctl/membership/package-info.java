/** Decides from the facts of all droplets which servers are members, joining or leaving. */
@NullMarked
package sessionctl.membership;

import org.jspecify.annotations.NullMarked;
