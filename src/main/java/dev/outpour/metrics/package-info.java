/**
 * An interface of events that are counted, and its implementation for Prometheus. It does not know
 * where the events come from. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.metrics;

import org.jspecify.annotations.NullMarked;
