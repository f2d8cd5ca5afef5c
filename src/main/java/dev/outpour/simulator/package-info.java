/** A stand-in for production: posts a message every few seconds. */
@NullMarked
package dev.outpour.simulator;

import org.jspecify.annotations.NullMarked;
