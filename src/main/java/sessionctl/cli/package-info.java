/** Commands and options: parses arguments, calls one action, and reports errors. */
@NullMarked
package sessionctl.cli;

import org.jspecify.annotations.NullMarked;
