/** Where readers and publishers connect. */
@NullMarked
package dev.outpour.http;

import org.jspecify.annotations.NullMarked;
