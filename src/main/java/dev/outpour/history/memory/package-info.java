/**
 * The log in memory, gone with its process: the reference for every other store. It does not know
 * who publishes or reads. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.history.memory;

import org.jspecify.annotations.NullMarked;
