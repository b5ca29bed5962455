/** Host keys: known_hosts files, pinned fingerprints, and the question to the operator. */
@NullMarked
package sessionctl.ssh.hostkey;

import org.jspecify.annotations.NullMarked;
