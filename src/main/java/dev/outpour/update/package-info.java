/**
 * The vocabulary: updates, topics, patterns, positions, pages, refusals. It does not know where
 * they come from or go to. Applications may import what the public types of other packages name.
 */
@NullMarked
package dev.outpour.update;

import org.jspecify.annotations.NullMarked;
