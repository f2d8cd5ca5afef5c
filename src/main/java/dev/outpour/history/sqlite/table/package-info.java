/**
 * The rows of a log's file: updates with their checksums, ended topics. It does not know who opened
 * the file. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.history.sqlite.table;

import org.jspecify.annotations.NullMarked;
