/** A shell command as a value: its words, its quoting, its input, and its result. */
@NullMarked
package sessionctl.command;

import org.jspecify.annotations.NullMarked;
