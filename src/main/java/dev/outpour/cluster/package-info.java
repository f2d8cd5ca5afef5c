/**
 * How the processes of one cluster find each other, and TLS between them. It does not know what
 * they say to each other. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.cluster;

import org.jspecify.annotations.NullMarked;
