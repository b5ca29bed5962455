/** Speaks HTTP to one droplet's probe page and reads its answers. */
@NullMarked
package sessionctl.verify.http;

import org.jspecify.annotations.NullMarked;
