/**
 * How the nodes of a cluster find each other, and TLS between them. It does not know the messages
 * that they send. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.cluster;

import org.jspecify.annotations.NullMarked;
