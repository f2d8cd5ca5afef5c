/** The log: its contract and its stores. */
@NullMarked
package dev.outpour.history;

import org.jspecify.annotations.NullMarked;
