/**
 * {@code GET /events}: what is asked for, whether it is allowed, whether there is room. It does not
 * know how updates are delivered. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.http.subscribe;

import org.jspecify.annotations.NullMarked;
