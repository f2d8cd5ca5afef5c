/**
 * The log in memory, lost with its process: the reference for every other store. It does not know
 * publishers or subscribers. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.history.memory;

import org.jspecify.annotations.NullMarked;
