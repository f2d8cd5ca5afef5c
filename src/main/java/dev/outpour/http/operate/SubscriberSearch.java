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
 * The search for the readers of one event loop that were asked about, in slices: to hold all that
 * readers want against a pattern may take long. For use on that loop only.
 */
public final class SubscriberSearch implements SlicedTask.Work<SubscriberList> {

  /** About how many bytes the rows take at most, so that nobody has to write more at once. */
  private static final int MOST_BYTES = 256 * 1024;

  private static final Comparator<Subscriber> BY_NUMBER =
      Comparator.comparingLong(stream -> stream.number());

  private final Subscribers audience;
  private final LocalNode node;
  private final SubscriberFilter filter;
  private final long last;
  private final Iterator<Subscriber> streams;
  private final Map<InterestGroup, Boolean> verdicts = new HashMap<>();

  /** The first of those found, the last of them at the head. */
  private final PriorityQueue<Subscriber> first = new PriorityQueue<>(BY_NUMBER.reversed());

  private final List<SubscriberList.Row> rows = new ArrayList<>();
  private int count;
  private int bytes;

  /** Who is to be described; null before all are found. */
  private @Nullable Iterator<Subscriber> chosen;

  /**
   * Begins with those who are there now.
   *
   * @param last the number of the newest update
   */
  public SubscriberSearch(
      Subscribers audience, LocalNode node, SubscriberFilter filter, long last) {
    this.audience = audience;
    this.node = node;
    this.filter = filter;
    this.last = last;
    this.streams = audience.subscribers().iterator();
  }

  @Override
  public @Nullable SubscriberList run(TurnBudget budget) {
    while (streams.hasNext()) {
      take(streams.next());
      if (budget.isTimeUp()) {
        return null;
      }
    }
    if (chosen == null) {
      chosen = first.stream().sorted(BY_NUMBER).iterator();
    }
    while (chosen.hasNext() && bytes < MOST_BYTES) {
      describe(chosen.next());
      if (budget.isTimeUp()) {
        return null;
      }
    }
    long upTo = chosen.hasNext() ? rows.get(rows.size() - 1).number() : SubscriberList.ALL;
    return new SubscriberList(count, rows, upTo);
  }

  private void take(Subscriber stream) {
    if (!verdicts.computeIfAbsent(stream.group(), filter::takes)) {
      return;
    }
    count++;
    if (stream.number() >= filter.from()) {
      first.add(stream);
      if (first.size() > filter.most()) {
        first.remove();
      }
    }
  }

  private void describe(Subscriber stream) {
    if (!stream.isClosed()) {
      SubscriberList.Row row = SubscriberList.row(stream, audience, node, last);
      rows.add(row);
      bytes += row.weight();
    }
  }
}
