/** What the command line says of itself, as a manual and as completions for shells. */
@NullMarked
package sessionctl.manual;

import org.jspecify.annotations.NullMarked;
