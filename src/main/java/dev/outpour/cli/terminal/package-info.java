/**
 * The terminal: progress, numbers, colours, and text from outside that it must not obey. It does
 * not know which command writes. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.cli.terminal;

import org.jspecify.annotations.NullMarked;
