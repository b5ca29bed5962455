/** Probes the memcached ports from the droplets and from this machine. */
@NullMarked
package sessionctl.ports;

import org.jspecify.annotations.NullMarked;
