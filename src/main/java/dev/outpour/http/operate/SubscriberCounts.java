package dev.outpour.http;

import dev.outpour.update.Topic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How the readers of an event loop, or of several, stand at one moment. Immutable.
 *
 * @param readers how many there are
 * @param behind how many have not been given all up to the head of their loop
 * @param furthestBehind by how many positions the slowest is behind the log as it is known here
 * @param watching how many of them read what the hub itself tells
 * @param readersOf how many want a topic, for those asked about
 */
record Census(
    int readers, int behind, long furthestBehind, int watching, Map<Topic, Integer> readersOf) {

  /**
   * Counts the readers of the caller's event loop.
   *
   * @param last the number of the newest update
   * @param readersOf how many of them want a topic, for those asked about
   */
  static Census of(Audience audience, long last, Map<Topic, Integer> readersOf) {
    int behind = 0;
    long furthest = 0;
    for (EventStream stream : audience.streams()) {
      if (stream.state == EventStream.State.BEHIND) {
        behind++;
        furthest = Math.max(furthest, last - stream.cursor);
      }
    }
    return new Census(audience.size(), behind, furthest, audience.notices().readers(), readersOf);
  }

  /** Those of several event loops together. */
  static Census sum(List<Census> all) {
    Map<Topic, Integer> readersOf = new HashMap<>();
    all.forEach(
        each ->
            each.readersOf.forEach((topic, count) -> readersOf.merge(topic, count, Integer::sum)));
    return new Census(
        all.stream().mapToInt(Census::readers).sum(),
        all.stream().mapToInt(Census::behind).sum(),
        all.stream().mapToLong(Census::furthestBehind).max().orElse(0),
        all.stream().mapToInt(Census::watching).sum(),
        readersOf);
  }
}
