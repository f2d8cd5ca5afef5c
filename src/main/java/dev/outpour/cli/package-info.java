/** Commands that talk to a running hub over HTTP. */
@NullMarked
package dev.outpour.cli;

import org.jspecify.annotations.NullMarked;
