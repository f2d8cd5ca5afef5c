package dev.outpour.http;

import dev.outpour.update.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The delivery of one page to the live readers of a loop, in slices between which the loop does
 * other things: first it finds who wants what, then it serves them.
 *
 * <p>It goes over a fixed range and over the readers who were live when it began: who leaves leaves
 * a gap, who joins stands at its end and is passed over. For use on one event loop.
 */
final class Sweep {

  /** What a group wants, and how many places it had when that was known. */
  private record Delivery(Group group, Share wanted, int places) {}

  private final List<Delivery> deliveries = new ArrayList<>();
  private final Audience audience;
  private final FrameCache cache;
  private final Page page;
  private final long from;
  private final long to;

  /** Finds who wants what; null when that is known. */
  private @Nullable Matching matching;

  private int delivery;
  private int place;
  private int looks;
  private int delivered;
  private long deliveredBytes;

  /** What the group gets whose turn it is; null before it is framed. */
  private Frames.@Nullable Part part;

  /** Whether nothing can follow for that group. */
  private boolean last;

  /**
   * Begins; nobody is served yet.
   *
   * @param from the head of the loop before
   * @param to the head of the loop after; not beyond the page
   */
  Sweep(Audience audience, FrameCache cache, TopicIndex index, Page page, long from, long to) {
    this.audience = audience;
    this.cache = cache;
    this.page = page;
    this.from = from;
    this.to = to;
    this.matching = new Matching(index, page, from);
  }

  /** Goes on finding who wants what; false if the budget is spent before. */
  private boolean match(Matching current, Budget budget) {
    audience.probe().before(Probe.Step.MATCH);
    if (!current.run(budget)) {
      return false;
    }
    for (Map.Entry<Group, Share> wanted : current.wanted().entrySet()) {
      Group group = wanted.getKey();
      if (group.places() > 0) {
        deliveries.add(new Delivery(group, wanted.getValue(), group.places()));
      }
    }
    matching = null;
    return true;
  }

  /**
   * Delivers until all are served or the budget is spent. Where it fails for a reader or a group,
   * these fall behind, or their connections end, and the others are served.
   *
   * @return how many bytes were written
   */
  int run(Budget budget) {
    int bytes = 0;
    int most = budget.bytesLeft();
    if (matching != null && !match(matching, budget)) {
      return 0;
    }
    for (; delivery < deliveries.size(); next()) {
      Delivery current = deliveries.get(delivery);
      Frames.Part given = part == null ? frame(current) : part;
      while (given.events() > 0 && place < current.places()) {
        if (bytes >= most || ((++looks & 31) == 0 && budget.isTimeUp())) {
          return bytes;
        }
        EventStream stream = current.group().at(place++);
        if (stream != null && wasLive(stream)) {
          bytes += given.length();
          deliver(stream, given);
        }
      }
    }
    return bytes;
  }

  /** Whether a live reader was so when the sweep began: who has joined since stands beyond. */
  private boolean wasLive(EventStream stream) {
    return stream.cursor <= from;
  }

  /** Frames what a group gets when its turn has come; one that cannot be served gets nothing. */
  private Frames.Part frame(Delivery current) {
    Group group = current.group();
    Frames frames = Frames.NOTHING;
    try {
      audience.probe().before(Probe.Step.FRAME);
      frames = group.frame(current.wanted().of(page));
      if (page.from() == from) {
        cache.put(group, page, frames);
      }
    } catch (Throwable e) {
      audience.mishaps().add("framing a page", e);
      skip(current);
    }
    Frames.Part made = frames.part(from, to, audience.backlog().mostAtOnce());
    part = made;
    last = group.isOver(made.to());
    return made;
  }

  private void next() {
    if (part != null) {
      part.frames().release();
      part = null;
    }
    delivery++;
    place = 0;
  }

  /** Has the readers of a group fall behind who were not served. */
  private void skip(Delivery current) {
    for (; place < current.places(); place++) {
      EventStream stream = current.group().at(place);
      if (stream != null && wasLive(stream)) {
        audience.fallBehind(stream, from);
      }
    }
  }

  /** Has all fall behind who were not served. */
  void abandon() {
    if (matching != null) {
      matching = null;
      audience.allFallBehind(from);
    }
    for (; delivery < deliveries.size(); next()) {
      skip(deliveries.get(delivery));
    }
  }

  boolean isDone() {
    return matching == null && delivery == deliveries.size();
  }

  private void deliver(EventStream stream, Frames.Part part) {
    long given;
    try {
      audience.probe().before(Probe.Step.WRITE);
      given = stream.write(part);
    } catch (Throwable e) {
      // What it was given is not known any more.
      audience.breakOff(stream, "writing to a reader", e);
      return;
    }
    delivered += part.eventsUpTo(given);
    deliveredBytes += part.bytesUpTo(given);
    if (given < to || stream.isBlocked() || last) {
      audience.fallBehind(stream, given);
    }
  }

  /** The head of the loop before. */
  long from() {
    return from;
  }

  /** How many updates it has handed to sockets, one for each update and reader. */
  int delivered() {
    return delivered;
  }

  /**
   * Ends it, done or not: counts what was delivered, and closes the gaps that readers left who have
   * gone.
   */
  void close() {
    if (part != null) {
      part.frames().release();
      part = null;
    }
    for (Delivery each : deliveries) {
      each.group().compact();
    }
    audience.probe().before(Probe.Step.FINISH);
    audience.delivered(delivered, deliveredBytes);
  }
}
