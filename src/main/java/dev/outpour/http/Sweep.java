package dev.outpour.http;

import dev.outpour.update.Page;
import dev.outpour.update.Update;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The delivery of one page to the live readers of a loop, in slices between which the loop does
 * other things.
 *
 * <p>It goes over a fixed range and over the readers who were live when it began: who leaves leaves
 * a gap, who joins stands behind its end. For use on one event loop.
 */
final class Sweep {

  /**
   * What the readers of a group get.
   *
   * @param last whether nothing can follow
   */
  private record Delivery(Group group, Frames.Part part, int places, boolean last) {}

  private final List<Delivery> deliveries = new ArrayList<>();
  private final Audience audience;
  private final long from;
  private final long to;
  private int delivery;
  private int place;
  private int delivered;
  private long deliveredBytes;

  /**
   * @param from the head of the loop before
   * @param to the head of the loop after; not beyond the page
   */
  Sweep(Audience audience, FrameCache cache, TopicIndex index, Page page, long from, long to) {
    this.audience = audience;
    this.from = from;
    this.to = to;
    for (Map.Entry<Group, List<Update>> wanted : index.wanted(page, from).entrySet()) {
      Group group = wanted.getKey();
      if (group.places() > 0) {
        Frames frames = group.frame(wanted.getValue());
        if (page.from() == from) {
          cache.put(group, page, frames);
        }
        Frames.Part part = frames.part(from, to, audience.backlog().mostAtOnce());
        if (part.events() == 0) {
          frames.release();
        } else {
          deliveries.add(new Delivery(group, part, group.places(), group.isOver(part.to())));
        }
      }
    }
  }

  /**
   * Delivers until all are served or the budget is spent.
   *
   * @return how many bytes were written
   */
  int run(Budget budget) {
    int bytes = 0;
    int most = budget.bytesLeft();
    for (; delivery < deliveries.size(); delivery++, place = 0) {
      Delivery current = deliveries.get(delivery);
      while (place < current.places()) {
        if (bytes >= most || ((place & 63) == 63 && budget.isTimeUp())) {
          return bytes;
        }
        EventStream stream = current.group().at(place++);
        if (stream != null) {
          bytes += current.part().length();
          deliver(stream, current);
        }
      }
    }
    return bytes;
  }

  boolean isDone() {
    return delivery == deliveries.size();
  }

  private void deliver(EventStream stream, Delivery delivery) {
    Frames.Part part = delivery.part();
    long given = stream.write(part);
    delivered += part.eventsUpTo(given);
    deliveredBytes += part.bytesUpTo(given);
    if (given < to || stream.isBlocked() || delivery.last()) {
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
    audience.delivered(delivered, deliveredBytes);
    for (Delivery each : deliveries) {
      each.part().frames().release();
      each.group().compact();
    }
  }
}
