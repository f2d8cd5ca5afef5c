/**
 * Whether this process lives and is ready: as an HTTP answer and as a file. It does not know who
 * asks. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.http.health;

import org.jspecify.annotations.NullMarked;
