/**
 * Reads a log's file: pages, exact topics, patterns, and the rest of damaged pages. It writes
 * nothing and does not know the writer. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.history.sqlite.read;

import org.jspecify.annotations.NullMarked;
