/** Renders documents as JSON, and reads and writes saved plans. */
@NullMarked
package sessionctl.report.json;

import org.jspecify.annotations.NullMarked;
