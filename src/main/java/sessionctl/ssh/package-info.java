/** One droplet, reached: runs commands, keeps host keys honest, and never waits for ever. */
@NullMarked
package sessionctl.ssh;

import org.jspecify.annotations.NullMarked;
