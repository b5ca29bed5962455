/** Carries out the changes on one droplet, or says exactly where it stopped. */
@NullMarked
package sessionctl.apply;

import org.jspecify.annotations.NullMarked;
