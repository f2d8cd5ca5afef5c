/**
 * The contract of the log's stores, and what all stores share: retention, time, idempotency keys.
 * It does not know publishers or subscribers. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.history;

import org.jspecify.annotations.NullMarked;
