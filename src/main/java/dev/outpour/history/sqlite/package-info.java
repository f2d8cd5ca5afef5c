/**
 * The log in an SQLite file: one thread writes and syncs groups, and recovers from failures. It
 * does not know publishers or subscribers. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.history.sqlite;

import org.jspecify.annotations.NullMarked;
