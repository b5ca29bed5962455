/** Proves from outside what the configuration only promises: who reaches whose port. */
@NullMarked
package sessionctl.verify;

import org.jspecify.annotations.NullMarked;
