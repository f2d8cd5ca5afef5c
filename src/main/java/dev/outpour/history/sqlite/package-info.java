/**
 * The log in an SQLite file: one thread writes groups and syncs them, and recovers from failures.
 * It does not know who publishes or reads. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.history.sqlite;

import org.jspecify.annotations.NullMarked;
