/**
 * A hub as a command asks it: its address, the client, errors, retries. It does not know which
 * command asks. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.cli.hub;

import org.jspecify.annotations.NullMarked;
