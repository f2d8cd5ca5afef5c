/**
 * The lines of the process's log: their format, their rate, and the escaping of text from outside.
 * It does not know who logs. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.logging;

import org.jspecify.annotations.NullMarked;
