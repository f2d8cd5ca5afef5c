/**
 * Strict reading of JSON from outside: payloads, configuration and keys. It does not know what the
 * text is for. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.json;

import org.jspecify.annotations.NullMarked;
