/**
 * Who counts as one client, and what a client may take: connections, rates, memory. It does not
 * know what is asked. Applications may import {@code LimitSettings}; the rest is internal.
 */
@NullMarked
package dev.outpour.http.limit;

import org.jspecify.annotations.NullMarked;
