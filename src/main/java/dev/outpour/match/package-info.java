/** Which of very many patterns match a topic, found in pieces of bounded work. */
@NullMarked
package dev.outpour.match;

import org.jspecify.annotations.NullMarked;
