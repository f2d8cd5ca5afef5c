/** Where updates enter the log. */
@NullMarked
package dev.outpour.ingest;

import org.jspecify.annotations.NullMarked;
