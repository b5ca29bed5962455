/** Applies changes to one droplet and reports exactly where it stopped. */
@NullMarked
package sessionctl.apply;

import org.jspecify.annotations.NullMarked;
