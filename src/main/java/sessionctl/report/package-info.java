/** The reports on runs, status and verification. Each sub-package renders one format. */
@NullMarked
package sessionctl.report;

import org.jspecify.annotations.NullMarked;
