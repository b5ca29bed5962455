/** Real stand-in droplets on this machine, started and taken away by the scripts in src/lab. */
@NullMarked
package sessionctl.lab;

import org.jspecify.annotations.NullMarked;
