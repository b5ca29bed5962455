/** From a cluster and templates, the state every droplet should have. */
@NullMarked
package sessionctl.desired;

import org.jspecify.annotations.NullMarked;
