package dev.outpour.http.operate;

import dev.outpour.http.delivery.InterestGroup;
import dev.outpour.http.delivery.Subscriber;
import dev.outpour.http.delivery.Subscribers;
import dev.outpour.loop.SlicedTask;
import dev.outpour.loop.TurnBudget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Searches the subscribers of one event loop in slices: comparing all interests with a pattern may
 * take long. For use on that loop only.
 */
public final class SubscriberSearch implements SlicedTask.Work<SubscriberList> {

  /** About how many bytes the rows may take: they are written at once. */
  private static final int MAX_BYTES = 256 * 1024;

  private static final Comparator<Subscriber> BY_NUMBER =
      Comparator.comparingLong(subscriber -> subscriber.number());

  private final Subscribers subscribers;
  private final LocalNode node;
  private final SubscriberList.Filter filter;
  private final long last;
  private final Iterator<Subscriber> unchecked;
  private final Map<InterestGroup, Boolean> matches = new HashMap<>();

  /** The first matches, the last of them at the head. */
  private final PriorityQueue<Subscriber> first = new PriorityQueue<>(BY_NUMBER.reversed());

  private final List<SubscriberList.Row> rows = new ArrayList<>();
  private int count;
  private int bytes;

  /** The matches to describe; null until all subscribers are checked. */
  private @Nullable Iterator<Subscriber> chosen;

  /**
   * Starts with the current subscribers.
   *
   * @param last the number of the newest update
   */
  public SubscriberSearch(
      Subscribers subscribers, LocalNode node, SubscriberList.Filter filter, long last) {
    this.subscribers = subscribers;
    this.node = node;
    this.filter = filter;
    this.last = last;
    this.unchecked = subscribers.subscribers().iterator();
  }

  @Override
  public @Nullable SubscriberList run(TurnBudget budget) {
    while (unchecked.hasNext()) {
      check(unchecked.next());
      if (budget.isTimeUp()) {
        return null;
      }
    }
    if (chosen == null) {
      chosen = first.stream().sorted(BY_NUMBER).iterator();
    }
    while (chosen.hasNext() && bytes < MAX_BYTES) {
      describe(chosen.next());
      if (budget.isTimeUp()) {
        return null;
      }
    }
    long upTo = chosen.hasNext() ? rows.get(rows.size() - 1).id().number() : SubscriberList.ALL;
    return new SubscriberList(count, rows, upTo);
  }

  private void check(Subscriber subscriber) {
    if (!matches.computeIfAbsent(subscriber.group(), filter::matches)) {
      return;
    }
    count++;
    if (subscriber.number() >= filter.from()) {
      first.add(subscriber);
      if (first.size() > filter.max()) {
        first.remove();
      }
    }
  }

  private void describe(Subscriber subscriber) {
    if (!subscriber.isClosed()) {
      SubscriberList.Row row = SubscriberList.row(subscriber, subscribers, node, last);
      rows.add(row);
      bytes += row.weight();
    }
  }
}
