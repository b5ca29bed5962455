/** Test servers on this machine, started and removed by the scripts in src/lab. */
@NullMarked
package sessionctl.lab;

import org.jspecify.annotations.NullMarked;
