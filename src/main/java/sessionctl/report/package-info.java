/** Turns plans and outcomes into text, diff, JSON or Markdown. */
@NullMarked
package sessionctl.report;

import org.jspecify.annotations.NullMarked;
