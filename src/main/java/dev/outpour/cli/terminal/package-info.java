/**
 * Output for people: progress, numbers, UTF-8. It does not know the commands. Internal:
 * applications do not import it.
 */
@NullMarked
package dev.outpour.cli.terminal;

import org.jspecify.annotations.NullMarked;
