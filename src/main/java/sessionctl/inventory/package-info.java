/** What the operator wrote: a cluster of droplets, parsed and checked with line numbers. */
@NullMarked
package sessionctl.inventory;

import org.jspecify.annotations.NullMarked;
