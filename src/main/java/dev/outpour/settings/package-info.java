/**
 * Typed reads of the configuration. Errors name the path of the key. It does not know what the
 * settings are for. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.settings;

import org.jspecify.annotations.NullMarked;
