/**
 * {@code POST /update}: one update, or a stream of lines. It does not know subscribers, nor where
 * the log is stored. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.http.publish;

import org.jspecify.annotations.NullMarked;
