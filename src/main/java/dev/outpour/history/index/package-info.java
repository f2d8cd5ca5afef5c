/**
 * What every store keeps in memory to find things fast: topics, newest updates, idempotency keys.
 * It does not know where a store keeps its updates. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.history.index;

import org.jspecify.annotations.NullMarked;
