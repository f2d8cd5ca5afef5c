/**
 * A stand-in for production that posts a message every few seconds. It knows a hub by its HTTP
 * alone. Applications may import {@code SimulatorVerticle}; the rest is internal.
 */
@NullMarked
package dev.outpour.simulator;

import org.jspecify.annotations.NullMarked;
