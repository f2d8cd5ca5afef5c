/**
 * Parts that all responses share: the date, the request's id, complete bodies. It does not know
 * what was asked. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.http.response;

import org.jspecify.annotations.NullMarked;
