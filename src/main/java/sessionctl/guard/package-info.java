/** The contract with the guard, the program on a droplet that protects its memcached. */
@NullMarked
package sessionctl.guard;

import org.jspecify.annotations.NullMarked;
