/** Runs commands as root on one droplet over SSH; sub-packages connect and authenticate. */
@NullMarked
package sessionctl.ssh;

import org.jspecify.annotations.NullMarked;
