/**
 * Reads text and PEM files, watches files for changes, and creates files that only their owner can
 * read. It does not know what the files are for. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.files;

import org.jspecify.annotations.NullMarked;
