/** Workflows, one class each: everything that a command does between parsing its arguments and its exit code. */
@NullMarked
package sessionctl.action;

import org.jspecify.annotations.NullMarked;
