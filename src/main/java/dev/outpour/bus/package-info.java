/**
 * The messages that processes of one cluster send each other, and their form on the event bus. It
 * does not know who sends or answers them. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.bus;

import org.jspecify.annotations.NullMarked;
