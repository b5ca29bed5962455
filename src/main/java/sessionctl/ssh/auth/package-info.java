/** Private keys, ssh-agents and certificates, and the authentication with them. */
@NullMarked
package sessionctl.ssh.auth;

import org.jspecify.annotations.NullMarked;
