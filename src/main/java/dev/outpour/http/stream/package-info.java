/**
 * One open event stream: encoded pages, control events, and bytes written to the socket. It knows
 * neither topics nor subscribers. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.http.stream;

import org.jspecify.annotations.NullMarked;
