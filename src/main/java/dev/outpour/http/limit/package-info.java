/**
 * Who counts as one client, and what a client may use: connections, rates, memory. It does not know
 * what is requested. Applications may import {@code LimitSettings}; the rest is internal.
 */
@NullMarked
package dev.outpour.http.limit;

import org.jspecify.annotations.NullMarked;
