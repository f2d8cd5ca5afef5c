/**
 * The owner of the log: it receives updates, commits them in groups, and answers questions about
 * the log. It does not know HTTP or how the log is stored. Applications may import {@code
 * IngestVerticle}; the rest is internal.
 */
@NullMarked
package dev.outpour.ingest;

import org.jspecify.annotations.NullMarked;
