/**
 * What every request passes: validation, origin, authentication, body, problems, access log. It
 * does not know what the request is for. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.http.request;

import org.jspecify.annotations.NullMarked;
