package dev.outpour.http.operate;

import dev.outpour.log.LocalLog;
import dev.outpour.update.Page;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which topics have had the most updates lately, found by looking through the pages that are held
 * anyway whenever somebody wants to know.
 *
 * <p>Of what has come since the last look at most {@value #MOST_UPDATES} updates are looked at, the
 * newest, and count for all. It takes too long for an event loop; for use by one thread at a time.
 */
final class TopTopics {

  static final int MOST_UPDATES = 5_000;

  private static final int LOOKS = 5;

  private final LocalLog log;
  private final Deque<Map<Topic, Double>> looks = new ArrayDeque<>();
  private long cursor = -1;

  TopTopics(LocalLog log) {
    this.log = log;
  }

  /** Begins anew: nobody has looked for a while. */
  void forget() {
    looks.clear();
    cursor = -1;
  }

  /** Takes in what has come since the last look, of which there may be none. */
  void look(long last) {
    Map<Topic, Double> counts = new HashMap<>();
    long from = cursor < 0 || cursor > last ? last : Math.max(cursor, last - MOST_UPDATES);
    double weight = from > cursor && cursor >= 0 ? (double) (last - cursor) / (last - from) : 1;
    while (from < last) {
      Page page = log.held(from);
      if (page == null) {
        break;
      }
      for (Update update : page.updates()) {
        if (update.sequence() > from && update.sequence() <= last) {
          update.topics().forEach(topic -> counts.merge(topic, weight, Double::sum));
        }
      }
      from = page.to();
    }
    cursor = last;
    looks.addLast(counts);
    if (looks.size() > LOOKS) {
      looks.removeFirst();
    }
  }

  /** The busiest, with how many updates each has had between two looks. */
  Map<Topic, Double> busiest(int most) {
    Map<Topic, Double> sums = new HashMap<>();
    for (Map<Topic, Double> look : looks) {
      look.forEach((topic, count) -> sums.merge(topic, count / looks.size(), Double::sum));
    }
    List<Map.Entry<Topic, Double>> sorted =
        sums.entrySet().stream()
            .sorted(
                Map.Entry.<Topic, Double>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(most)
            .toList();
    Map<Topic, Double> busiest = new LinkedHashMap<>();
    sorted.forEach(entry -> busiest.put(entry.getKey(), entry.getValue()));
    return busiest;
  }
}
