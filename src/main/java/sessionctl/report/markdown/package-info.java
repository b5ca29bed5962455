/** Renders documents as Markdown for pull requests and tickets. */
@NullMarked
package sessionctl.report.markdown;

import org.jspecify.annotations.NullMarked;
