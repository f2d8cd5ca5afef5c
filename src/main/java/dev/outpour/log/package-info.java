/**
 * A process's view of the log: its tail, its cache of pages, who follows it, and the queue of those
 * who publish. It does not know where the log is stored. Applications may import {@code UpdateBus}
 * and {@code UpdateListener}; the rest is internal.
 */
@NullMarked
package dev.outpour.log;

import org.jspecify.annotations.NullMarked;
