/** Questions for a droplet, and how to read the answers. */
@NullMarked
package sessionctl.facts;

import org.jspecify.annotations.NullMarked;
