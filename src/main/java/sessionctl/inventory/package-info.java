/** The droplets and settings of the inventory, and their readers. */
@NullMarked
package sessionctl.inventory;

import org.jspecify.annotations.NullMarked;
