/**
 * What is counted, as an interface of events, and its form for Prometheus. It does not know what
 * happens, and asks nobody but for gauges. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.metrics;

import org.jspecify.annotations.NullMarked;
