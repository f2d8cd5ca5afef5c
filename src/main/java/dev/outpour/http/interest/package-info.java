/**
 * Who wants what: subscribers, grouped by what they want, and the search for what each group gets
 * of a page. It does not know the log. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.http.interest;

import org.jspecify.annotations.NullMarked;
