/**
 * A demo publisher that posts a message every few seconds. It knows a hub only by HTTP.
 * Applications may import {@code SimulatorVerticle}; the rest is internal.
 */
@NullMarked
package dev.outpour.simulator;

import org.jspecify.annotations.NullMarked;
