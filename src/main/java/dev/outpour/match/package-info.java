/**
 * Finds which of many patterns match a topic, in slices of bounded work. It does not know the
 * owners of the patterns. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.match;

import org.jspecify.annotations.NullMarked;
