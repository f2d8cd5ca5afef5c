/**
 * Connections of HTTP/1.1 and HTTP/2: their guards and deadlines, sockets, TLS. It does not know
 * what is asked on them. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.http.connection;

import org.jspecify.annotations.NullMarked;
