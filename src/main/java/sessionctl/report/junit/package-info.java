/** Renders the checks of verify as JUnit's XML. */
@NullMarked
package sessionctl.report.junit;

import org.jspecify.annotations.NullMarked;
