/** Logs in with sshj and runs commands on the connection. */
@NullMarked
package sessionctl.ssh.transport;

import org.jspecify.annotations.NullMarked;
