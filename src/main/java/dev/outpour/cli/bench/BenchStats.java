package dev.outpour.cli.bench;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/** Statistics of all event loops so far. Thread-safe. */
final class BenchStats {
  private static final int DIGITS = 3;

  private final List<LoopStats> loops;
  private final Histogram deliveryMicros = new Histogram(DIGITS);
  private final Histogram answerMicros = new Histogram(DIGITS);

  BenchStats(List<LoopStats> loops) {
    this.loops = loops;
  }

  long sum(Counter counter) {
    return loops.stream().mapToLong(loop -> loop.get(counter)).sum();
  }

  Map<Counter, Long> sums() {
    Map<Counter, Long> sums = new EnumMap<>(Counter.class);
    for (Counter counter : Counter.values()) {
      sums.put(counter, sum(counter));
    }
    return sums;
  }

  Map<String, Long> sums(Function<LoopStats, Map<String, LongAdder>> counts) {
    Map<String, Long> sums = new TreeMap<>();
    loops.stream()
        .map(counts)
        .forEach(map -> map.forEach((key, count) -> sums.merge(key, count.sum(), Long::sum)));
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
    loops.forEach(loop -> loop.moveInto(deliveryMicros, answerMicros));
  }
}
