/**
 * The command line, the main verticle and the whole configuration. It does not know how the
 * verticles work. Applications may import {@code MainVerticle} and {@code Configuration}; the rest
 * is internal.
 */
@NullMarked
package dev.outpour;

import org.jspecify.annotations.NullMarked;
