/**
 * Encodes and parses Server-Sent Events (WHATWG HTML, section 9.2); no other package knows their
 * form. It does not know sockets or subscribers. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.sse;

import org.jspecify.annotations.NullMarked;
