/**
 * Which of very many patterns match a topic, found in pieces of bounded work. It does not know who
 * has a pattern. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.match;

import org.jspecify.annotations.NullMarked;
