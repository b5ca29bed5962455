/** Proves from outside what the configuration only promises: who reaches whose port, and that sessions are shared. */
@NullMarked
package sessionctl.verify;

import org.jspecify.annotations.NullMarked;
