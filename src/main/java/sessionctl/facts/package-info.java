/** Probes: commands that ask a droplet for facts, and the parsers of their answers. */
@NullMarked
package sessionctl.facts;

import org.jspecify.annotations.NullMarked;
