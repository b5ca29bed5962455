/** State, facts, packet filter and health of a droplet; the state is the actual or the desired one. */
@NullMarked
package sessionctl.state;

import org.jspecify.annotations.NullMarked;
