package dev.outpour.cli.bench;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * What the readers and publishers of one event loop have seen. Written on that loop only, which so
 * shares nothing with others; read from anywhere.
 */
final class LoopStats {
  private static final int DIGITS = 3;

  final LongAdder connected = new LongAdder();

  /** Updates of the measured time that were acknowledged, and that came, each to one reader. */
  final LongAdder published = new LongAdder();

  final LongAdder delivered = new LongAdder();

  /** Answers and events that came in the measured time, whatever they belong to. */
  final LongAdder answers = new LongAdder();

  final LongAdder arrivals = new LongAdder();

  /** All that ever came, the warm-up included. */
  final LongAdder events = new LongAdder();

  final LongAdder doubled = new LongAdder();
  final LongAdder outOfOrder = new LongAdder();
  final LongAdder foreign = new LongAdder();
  final LongAdder connectionsLost = new LongAdder();
  final LongAdder notSent = new LongAdder();

  /** The hub's own events, by name and reason. */
  final Map<String, LongAdder> words = new ConcurrentHashMap<>();

  /** Publishes that failed, by status. */
  final Map<String, LongAdder> failures = new ConcurrentHashMap<>();

  private final SingleWriterRecorder deliveryMicros = new SingleWriterRecorder(DIGITS);
  private final SingleWriterRecorder answerMicros = new SingleWriterRecorder(DIGITS);
  private final MeasuredTime timeline;

  LoopStats(MeasuredTime timeline) {
    this.timeline = timeline;
  }

  /** An update that was due at one time has come at another. */
  void delivered(long due, long now) {
    if (timeline.measures(now)) {
      arrivals.increment();
    }
    if (timeline.measures(due)) {
      delivered.increment();
      deliveryMicros.recordValue(micros(due, now));
    }
  }

  /** A publish that was due at one time has been acknowledged at another. */
  void acknowledged(long due, long now) {
    if (timeline.measures(now)) {
      answers.increment();
    }
    if (timeline.measures(due)) {
      published.increment();
      answerMicros.recordValue(micros(due, now));
    }
  }

  private static long micros(long due, long now) {
    return TimeUnit.NANOSECONDS.toMicros(Math.max(0, now - due));
  }

  static void count(Map<String, LongAdder> counts, String what) {
    counts.computeIfAbsent(what, key -> new LongAdder()).increment();
  }

  /** Moves what was recorded since the last time. */
  void moveInto(Histogram delivery, Histogram answer) {
    delivery.add(deliveryMicros.getIntervalHistogram());
    answer.add(answerMicros.getIntervalHistogram());
  }
}
