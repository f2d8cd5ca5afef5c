/**
 * Typed reads of the configuration, whose errors carry the key's path. It does not know what the
 * settings are for. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.settings;

import org.jspecify.annotations.NullMarked;
