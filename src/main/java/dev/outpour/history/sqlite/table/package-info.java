/**
 * The rows of a log's file: updates with their checksums, ended topics. It does not know which
 * connection it works on. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.history.sqlite.table;

import org.jspecify.annotations.NullMarked;
