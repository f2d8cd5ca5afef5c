package dev.outpour.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Counts for Prometheus. There is one per Vert.x, so that a process is scraped as a whole. */
public final class PrometheusMetrics implements Metrics, Shareable {

  private static final String READERS_CLOSED = "outpour.readers.closed";
  private static final String REASON = "reason";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final AtomicLong readers = new AtomicLong();
  private final AtomicInteger memoryTight = new AtomicInteger();
  private final Counter published =
      Counter.builder("outpour.updates.published")
          .description("Updates published here that are in the log")
          .register(registry);
  private final Counter delivered =
      Counter.builder("outpour.updates.delivered")
          .description("Updates handed to readers' sockets")
          .register(registry);

  private final Counter deliveredBytes =
      Counter.builder("outpour.delivered")
          .description("What updates that were handed to sockets took, as framed")
          .baseUnit(BaseUnits.BYTES)
          .register(registry);

  private final LatencyHistogram latency = new LatencyHistogram();

  private final Counter pagesLoaded =
      Counter.builder("outpour.pages.loaded")
          .description("Pages of the log read for readers who are behind")
          .register(registry);

  private PrometheusMetrics() {
    Gauge.builder("outpour.readers", readers, AtomicLong::get)
        .description("Readers connected")
        .register(registry);
    Gauge.builder("outpour.memory.tight", memoryTight, AtomicInteger::get)
        .description("Whether memory is short, so that new readers and updates are refused")
        .register(registry);
    Gauge.builder("outpour.direct", PlatformDependent::usedDirectMemory)
        .description("Memory outside the heap for what is on its way to or from sockets")
        .baseUnit(BaseUnits.BYTES)
        .register(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
  }

  /** The one of this Vert.x. */
  public static PrometheusMetrics of(Vertx vertx) {
    return vertx
        .sharedData()
        .<String, PrometheusMetrics>getLocalMap("outpour.metrics")
        .computeIfAbsent("prometheus", name -> new PrometheusMetrics());
  }

  /** Has all reasons shown for which a stream may end, also before one has. */
  public void reasonsOfClosing(Collection<String> words) {
    words.forEach(word -> registry.counter(READERS_CLOSED, REASON, word));
  }

  /** All counts in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void readerOpened() {
    readers.incrementAndGet();
  }

  @Override
  public void readerClosed(String reason) {
    readers.decrementAndGet();
    registry.counter(READERS_CLOSED, REASON, reason).increment();
  }

  @Override
  public void published(int updates) {
    published.increment(updates);
  }

  @Override
  public void refused(int status) {
    registry.counter("outpour.requests.refused", "status", Integer.toString(status)).increment();
  }

  @Override
  public void limited(String reason) {
    registry.counter("outpour.limited", "reason", reason).increment();
  }

  @Override
  public void memoryTight(boolean tight) {
    memoryTight.set(tight ? 1 : 0);
  }

  @Override
  public void pageLoaded() {
    pagesLoaded.increment();
  }

  @Override
  public void delivered(long updates, long bytes) {
    delivered.increment((double) updates);
    deliveredBytes.increment((double) bytes);
  }

  @Override
  public void deliveredAfter(long nanos, long times) {
    latency.record(nanos, times);
  }

  /** What was counted so far, for those who tell of it in other words. */
  public Counts counts() {
    return new Counts(
        readers.get(),
        (long) published.count(),
        (long) delivered.count(),
        (long) deliveredBytes.count(),
        latency.read(),
        closed());
  }

  private Map<String, Long> closed() {
    Map<String, Long> counts = new TreeMap<>();
    for (Counter counter : registry.find(READERS_CLOSED).counters()) {
      counts.put(String.valueOf(counter.getId().getTag(REASON)), (long) counter.count());
    }
    return counts;
  }

  /**
   * What was counted at one moment.
   *
   * @param closed how many streams have ended, by the reason
   */
  public record Counts(
      long readers,
      long published,
      long delivered,
      long deliveredBytes,
      Latencies latency,
      Map<String, Long> closed) {}
}
