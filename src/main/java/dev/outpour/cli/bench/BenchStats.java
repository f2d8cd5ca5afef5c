package dev.outpour.cli.bench;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/** What all event loops have seen so far. Thread-safe. */
final class BenchStats {
  private static final int DIGITS = 3;

  private final List<LoopStats> all;
  private final Histogram deliveryMicros = new Histogram(DIGITS);
  private final Histogram answerMicros = new Histogram(DIGITS);

  BenchStats(List<LoopStats> all) {
    this.all = all;
  }

  long sum(Function<LoopStats, LongAdder> count) {
    return all.stream().map(count).mapToLong(LongAdder::sum).sum();
  }

  Map<String, Long> sums(Function<LoopStats, Map<String, LongAdder>> counts) {
    Map<String, Long> sums = new TreeMap<>();
    all.stream()
        .map(counts)
        .forEach(map -> map.forEach((what, count) -> sums.merge(what, count.sum(), Long::sum)));
    return sums;
  }

  synchronized Percentiles delivery() {
    collect();
    return Percentiles.of(deliveryMicros);
  }

  synchronized Percentiles answers() {
    collect();
    return Percentiles.of(answerMicros);
  }

  private void collect() {
    all.forEach(tally -> tally.moveInto(deliveryMicros, answerMicros));
  }
}
