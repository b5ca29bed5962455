/** Importers of other tools' lists of droplets, and the inventory written from them. */
@NullMarked
package sessionctl.inventory.discovery;

import org.jspecify.annotations.NullMarked;
