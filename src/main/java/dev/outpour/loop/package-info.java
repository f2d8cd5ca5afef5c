/**
 * Helpers for event loops: clock, budget of a turn, tasks in slices, deadlines, and objects that
 * the loops of a Vert.x share. It does not know the work that they do. Internal: applications do
 * not import it.
 */
@NullMarked
package dev.outpour.loop;

import org.jspecify.annotations.NullMarked;
