/**
 * HTTP/1.1 and HTTP/2 connections: their guards and timeouts, TLS. It does not know what is
 * requested on them. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.http.connection;

import org.jspecify.annotations.NullMarked;
