/** Edits the text of an inventory: adds, marks, deletes and readdresses droplets, and keeps everything else. */
@NullMarked
package sessionctl.inventory.edit;

import org.jspecify.annotations.NullMarked;
