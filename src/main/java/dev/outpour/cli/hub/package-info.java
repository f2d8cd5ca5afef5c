/**
 * What every command needs to talk to a hub: its address, a client, answers, retries. It does not
 * know the commands. Internal: applications do not import it.
 */
@NullMarked
package dev.outpour.cli.hub;

import org.jspecify.annotations.NullMarked;
