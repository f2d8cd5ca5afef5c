package dev.outpour.http;

import dev.outpour.update.Topic;
import java.time.Instant;

/**
 * Something that the hub itself tells of this moment: it has no place in the log, so nobody gets it
 * later. Immutable.
 *
 * @param topic one of the hub's own
 * @param time when it was so
 * @param data what is told, as one line of JSON
 */
record Notice(Topic topic, Instant time, String data) {}
