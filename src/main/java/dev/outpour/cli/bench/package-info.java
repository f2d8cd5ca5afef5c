/**
 * {@code bench}: puts load on a hub and checks every event that subscribers receive. It knows a hub
 * only by HTTP. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.cli.bench;

import org.jspecify.annotations.NullMarked;
