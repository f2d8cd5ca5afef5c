/**
 * Delivers pages of the log to the subscribers of one event loop: start, catch-up, live, heartbeat,
 * drain. It does not know requests or sockets. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.http.delivery;

import org.jspecify.annotations.NullMarked;
