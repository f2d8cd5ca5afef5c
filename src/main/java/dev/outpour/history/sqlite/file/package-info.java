/**
 * The file of a log and the files beside it: lock, schema, upgrade, restore, write-ahead log. It
 * does not know updates. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.history.sqlite.file;

import org.jspecify.annotations.NullMarked;
