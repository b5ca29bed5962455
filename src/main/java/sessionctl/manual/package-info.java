/** Man pages and completions, written from the command line's own description. */
@NullMarked
package sessionctl.manual;

import org.jspecify.annotations.NullMarked;
