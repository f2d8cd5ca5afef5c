/** The command line, the parts list and the configuration as a whole. */
@NullMarked
package dev.outpour;

import org.jspecify.annotations.NullMarked;
