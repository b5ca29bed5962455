/** Renders the status report as one self-contained page. */
@NullMarked
package sessionctl.report.html;

import org.jspecify.annotations.NullMarked;
