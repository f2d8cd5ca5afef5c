/** Typed reads of configuration whose errors carry the key's path. */
@NullMarked
package dev.outpour.settings;

import org.jspecify.annotations.NullMarked;
