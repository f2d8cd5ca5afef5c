/**
 * {@code bench}: loads a hub and checks each update that comes back. It knows a hub by HTTP alone.
 * Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.cli.bench;

import org.jspecify.annotations.NullMarked;
