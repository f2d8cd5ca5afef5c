/**
 * The owner of the log: it takes updates, commits them in groups, and answers what others ask about
 * the log. It does not know HTTP or how the log is stored. Applications may import {@code
 * IngestVerticle}; the rest is internal.
 */
@NullMarked
package dev.outpour.ingest;

import org.jspecify.annotations.NullMarked;
