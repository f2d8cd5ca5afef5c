/**
 * What operators query and do: status, presence, subscribers, topics, revocation, on all nodes of
 * the cluster. It does not know how updates are delivered. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.http.operate;

import org.jspecify.annotations.NullMarked;
