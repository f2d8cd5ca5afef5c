/**
 * What operators ask and do: status, presence, subscribers, topics, revocation, on all nodes of the
 * cluster. It does not deliver updates. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.http.operate;

import org.jspecify.annotations.NullMarked;
