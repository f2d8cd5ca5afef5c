/**
 * Liveness and readiness of this process, over HTTP and as a file. It does not know who asks.
 * Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.http.health;

import org.jspecify.annotations.NullMarked;
