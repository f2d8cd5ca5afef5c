/** How nodes find each other. */
@NullMarked
package dev.outpour.cluster;

import org.jspecify.annotations.NullMarked;
