/**
 * The idempotency keys in a log's file, and loading them into memory. It does not know transactions
 * or the file's other tables. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.history.sqlite.keys;

import org.jspecify.annotations.NullMarked;
