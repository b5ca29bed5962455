/** Routes to droplets: ssh_config(5), jump hosts, addresses. */
@NullMarked
package sessionctl.ssh.route;

import org.jspecify.annotations.NullMarked;
