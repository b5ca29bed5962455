/** Computes the state that each droplet should have, from cluster and templates. */
@NullMarked
package sessionctl.desired;

import org.jspecify.annotations.NullMarked;
