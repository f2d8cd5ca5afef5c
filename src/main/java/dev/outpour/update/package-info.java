/** The vocabulary: updates, topics, patterns, positions, pages, refusals. */
@NullMarked
package dev.outpour.update;

import org.jspecify.annotations.NullMarked;
