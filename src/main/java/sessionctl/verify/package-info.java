/** Checks that sessions are shared, over HTTP and memcached, and runs drills. */
@NullMarked
package sessionctl.verify;

import org.jspecify.annotations.NullMarked;
