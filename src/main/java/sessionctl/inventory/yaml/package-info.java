/** Reads YAML with line and column, converts its scalars to types, and derives a JSON Schema. */
@NullMarked
package sessionctl.inventory.yaml;

import org.jspecify.annotations.NullMarked;
