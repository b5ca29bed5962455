/** Renders documents for a terminal or a log, and shows progress. */
@NullMarked
package sessionctl.report.text;

import org.jspecify.annotations.NullMarked;
