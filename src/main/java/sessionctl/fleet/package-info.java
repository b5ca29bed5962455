/** Gathers facts from many droplets, rolls out stages and waves, holds leases. */
@NullMarked
package sessionctl.fleet;

import org.jspecify.annotations.NullMarked;
