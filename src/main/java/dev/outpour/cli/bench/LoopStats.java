package dev.outpour.cli.bench;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Statistics of the subscribers and publishers of one event loop. Only that loop writes them, so
 * that loops share nothing; any thread may read.
 */
final class LoopStats {
  private static final int DIGITS = 3;

  private final Map<Counter, LongAdder> counts = new EnumMap<>(Counter.class);
  private final SingleWriterRecorder deliveryMicros = new SingleWriterRecorder(DIGITS);
  private final SingleWriterRecorder answerMicros = new SingleWriterRecorder(DIGITS);
  private final MeasuredTime time;

  /** The hub's own events, by name and reason. */
  final Map<String, LongAdder> hubEvents = new ConcurrentHashMap<>();

  /** Failed publishes, by status. */
  final Map<String, LongAdder> failures = new ConcurrentHashMap<>();

  LoopStats(MeasuredTime time) {
    this.time = time;
    for (Counter counter : Counter.values()) {
      counts.put(counter, new LongAdder());
    }
  }

  private LongAdder counter(Counter counter) {
    return Objects.requireNonNull(counts.get(counter));
  }

  void count(Counter counter) {
    counter(counter).increment();
  }

  static void count(Map<String, LongAdder> counts, String key) {
    counts.computeIfAbsent(key, absent -> new LongAdder()).increment();
  }

  long get(Counter counter) {
    return counter(counter).sum();
  }

  /** Counts an event that arrived now, of an update that was due earlier. */
  void delivered(long due, long now) {
    if (time.includes(now)) {
      count(Counter.ARRIVALS);
    }
    if (time.includes(due)) {
      count(Counter.DELIVERED);
      deliveryMicros.recordValue(micros(due, now));
    }
  }

  /** Counts a publish that was acknowledged now, of an update that was due earlier. */
  void acknowledged(long due, long now) {
    if (time.includes(now)) {
      count(Counter.ANSWERS);
    }
    if (time.includes(due)) {
      count(Counter.PUBLISHED);
      answerMicros.recordValue(micros(due, now));
    }
  }

  private static long micros(long due, long now) {
    return TimeUnit.NANOSECONDS.toMicros(Math.max(0, now - due));
  }

  /** Moves the latencies recorded since the previous call into these histograms. */
  void moveInto(Histogram delivery, Histogram answer) {
    delivery.add(deliveryMicros.getIntervalHistogram());
    answer.add(answerMicros.getIntervalHistogram());
  }
}
