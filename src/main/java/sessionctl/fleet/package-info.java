/** Many droplets: gathers facts side by side and carries a plan out stage by stage. */
@NullMarked
package sessionctl.fleet;

import org.jspecify.annotations.NullMarked;
