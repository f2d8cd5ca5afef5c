/**
 * Server-Sent Events as bytes, written and read (WHATWG HTML, section 9.2): the one place that
 * knows the form. It knows neither sockets nor subscribers. Internal: applications do not import
 * it.
 */
@NullMarked
package dev.outpour.sse;

import org.jspecify.annotations.NullMarked;
