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
 * Finds the topics with the most recent updates, by scanning the pages that the log holds in
 * memory.
 *
 * <p>Each scan reads the newest {@value #MAX_UPDATES} updates at most, as a sample of all since the
 * last scan. It takes too long for an event loop; for use by one thread at a time.
 */
final class TopTopics {

  static final int MAX_UPDATES = 5_000;

  private static final int SCANS = 5;

  private final LocalLog log;
  private final Deque<Map<Topic, Double>> scans = new ArrayDeque<>();
  private long cursor = -1;

  TopTopics(LocalLog log) {
    this.log = log;
  }

  /** Starts again from nothing. */
  void forget() {
    scans.clear();
    cursor = -1;
  }

  /** Counts the updates since the last scan. */
  void scan(long last) {
    Map<Topic, Double> counts = new HashMap<>();
    long from = cursor < 0 || cursor > last ? last : Math.max(cursor, last - MAX_UPDATES);
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
    scans.addLast(counts);
    if (scans.size() > SCANS) {
      scans.removeFirst();
    }
  }

  /** The busiest topics, each with its updates between two scans. */
  Map<Topic, Double> busiest(int max) {
    Map<Topic, Double> sums = new HashMap<>();
    for (Map<Topic, Double> scan : scans) {
      scan.forEach((topic, count) -> sums.merge(topic, count / scans.size(), Double::sum));
    }
    List<Map.Entry<Topic, Double>> sorted =
        sums.entrySet().stream()
            .sorted(
                Map.Entry.<Topic, Double>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .limit(max)
            .toList();
    Map<Topic, Double> busiest = new LinkedHashMap<>();
    sorted.forEach(entry -> busiest.put(entry.getKey(), entry.getValue()));
    return busiest;
  }
}
