/** What the operator types, and the exit code that comes back. */
@NullMarked
package sessionctl.cli;

import org.jspecify.annotations.NullMarked;
