/**
 * The mark of what applications may import. It does not know what is marked. Internal: applications
 * do not import it.
 */
@NullMarked
package dev.outpour.api;

import org.jspecify.annotations.NullMarked;
