/**
 * The command line, the parts list and the configuration as a whole. It does not know what the
 * parts do. Applications may import {@code MainVerticle} and {@code Configuration}; the rest is
 * internal.
 */
@NullMarked
package dev.outpour;

import org.jspecify.annotations.NullMarked;
