/** Sockets with deadlines, direct or through a jump host. */
@NullMarked
package sessionctl.ssh.net;

import org.jspecify.annotations.NullMarked;
