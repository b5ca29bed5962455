/** What a droplet is, or should be. */
@NullMarked
package sessionctl.state;

import org.jspecify.annotations.NullMarked;
