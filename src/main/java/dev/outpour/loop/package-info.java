/**
 * Work on one event loop: its clock, what one turn may spend, tasks in slices, deadlines. It does
 * not know what the work is. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.loop;

import org.jspecify.annotations.NullMarked;
