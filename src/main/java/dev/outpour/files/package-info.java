/**
 * Files that are read at the start and again when they change, and files that only their owner may
 * read. It does not know what they are for. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.files;

import org.jspecify.annotations.NullMarked;
