/**
 * The contract of the log's stores, and what all of them share: retention, time, publishers' keys.
 * It does not know who publishes or reads. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.history;

import org.jspecify.annotations.NullMarked;
