/** What happened, as an interface of events. */
@NullMarked
package dev.outpour.metrics;

import org.jspecify.annotations.NullMarked;
