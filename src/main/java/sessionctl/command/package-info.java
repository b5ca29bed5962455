/** A shell command as a value: its words, its quoting, its input, and what came back. */
@NullMarked
package sessionctl.command;

import org.jspecify.annotations.NullMarked;
