/** Reads and edits php.ini as PHP understands it; leaves all other bytes as they are. */
@NullMarked
package sessionctl.ini;

import org.jspecify.annotations.NullMarked;
