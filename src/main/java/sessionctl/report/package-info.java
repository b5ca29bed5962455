/** Turns plans, outcomes and proofs into text, diff, JSON, Markdown or JUnit's XML. */
@NullMarked
package sessionctl.report;

import org.jspecify.annotations.NullMarked;
