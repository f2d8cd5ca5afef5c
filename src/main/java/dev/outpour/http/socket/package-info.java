/**
 * The socket below a connection, and the windows of HTTP/2 streams, as Netty and Linux know them.
 * It does not know requests. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.http.socket;

import org.jspecify.annotations.NullMarked;
