package dev.outpour.http;

import dev.outpour.update.Gap;
import dev.outpour.update.Page;
import java.util.ArrayList;
import java.util.List;

/**
 * What a group of readers of exact topics knows of where these go on, and who of them waits to
 * know. For use on the event loop only.
 */
final class KnownGap {

  private Gap gap = new Gap(0, 0);
  private boolean promising = true;
  private List<EventStream> waiting = new ArrayList<>();

  /** Whether asking is likely to spare a page: what the group was given last says so. */
  boolean isPromising() {
    return promising;
  }

  /** Takes in that a page had something for the group, or nothing. */
  void pageGiven(boolean hadEvents) {
    promising = promising || !hadEvents;
  }

  void learn(Gap found) {
    boolean adjoins = found.from() <= gap.to() && gap.from() <= found.to();
    gap =
        adjoins
            ? new Gap(Math.min(gap.from(), found.from()), Math.max(gap.to(), found.to()))
            : found;
    promising = found.length() >= Page.MAX_UPDATES;
  }

  /** The number up to which there is nothing for a reader of the group after its cursor. */
  long passes(long cursor) {
    return gap.covers(cursor) ? gap.to() : cursor;
  }

  /** Has a reader wait; true if it is the first. */
  boolean await(EventStream stream) {
    waiting.add(stream);
    return waiting.size() == 1;
  }

  /** The lowest cursor of those who wait: what is found from there is found for the others too. */
  long lowestCursor() {
    long lowest = Long.MAX_VALUE;
    for (EventStream stream : waiting) {
      lowest = Math.min(lowest, stream.cursor);
    }
    return lowest;
  }

  /** Lets all go who wait. */
  List<EventStream> release() {
    List<EventStream> released = waiting;
    waiting = new ArrayList<>();
    return released;
  }
}
