/**
 * The commands: those that talk to a running hub over HTTP, and those that work on a log's file.
 * They do not know how the hub works inside. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.cli;

import org.jspecify.annotations.NullMarked;
