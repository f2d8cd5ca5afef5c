/** The middle: the typed addresses of the event bus, and each process's view of the log. */
@NullMarked
package dev.outpour.broadcast;

import org.jspecify.annotations.NullMarked;
