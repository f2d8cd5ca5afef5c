package dev.outpour.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.Shareable;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.stream.DoubleStream;

/** Counts for Prometheus. There is one per Vert.x, so that a process is scraped as a whole. */
public final class PrometheusMetrics implements Metrics, Shareable {

  private static final String READERS_CLOSED = "outpour.readers.closed";
  private static final String REASON = "reason";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final AtomicLong readers = new AtomicLong();
  private final AtomicLong behind = new AtomicLong();
  private final AtomicLong lag = new AtomicLong();
  private final Map<Limit, Counter> limited = new EnumMap<>(Limit.class);
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

  private final Timer commits =
      Timer.builder("outpour.commit.duration")
          .description("How long it takes to write a group of updates until they are safe")
          .serviceLevelObjectives(
              DoubleStream.of(LatencyHistogram.BOUNDS_SECONDS)
                  .mapToObj(seconds -> Duration.ofNanos(Math.round(seconds * 1e9)))
                  .toArray(Duration[]::new))
          .register(registry);

  private final DistributionSummary commitUpdates =
      DistributionSummary.builder("outpour.commit.updates")
          .description("Updates in a group that was written")
          .serviceLevelObjectives(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)
          .register(registry);

  private final DistributionSummary commitBytes =
      DistributionSummary.builder("outpour.commit.size")
          .description("Data in a group that was written")
          .baseUnit(BaseUnits.BYTES)
          .serviceLevelObjectives(256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576)
          .register(registry);

  private final ProcessMeters process = new ProcessMeters(registry);

  private PrometheusMetrics() {
    Gauge.builder("outpour.readers", readers, AtomicLong::get)
        .description("Readers connected")
        .register(registry);
    Gauge.builder("outpour.readers.behind", behind, AtomicLong::get)
        .description("Readers who have not been given all that is there")
        .register(registry);
    Gauge.builder("outpour.readers.lag", lag, AtomicLong::get)
        .description("By how many updates the reader who is furthest behind is so")
        .baseUnit("updates")
        .register(registry);
    Gauge.builder("outpour.memory.tight", memoryTight, AtomicInteger::get)
        .description("Whether memory is short, so that new readers and updates are refused")
        .register(registry);
    for (Limit limit : Limit.values()) {
      limited.put(
          limit,
          Counter.builder("outpour.limited")
              .description("Clients who wanted more than they may have, or were too late")
              .tag(REASON, limit.word())
              .register(registry));
    }
    registry
        .getPrometheusRegistry()
        .register(
            new LatencyCollector(
                "outpour_delivery_latency_seconds",
                "From when an update was accepted until it was at the socket of a reader who"
                    + " keeps up",
                latency));
  }

  /** The one of this Vert.x. */
  public static PrometheusMetrics of(Vertx vertx) {
    return vertx
        .sharedData()
        .<String, PrometheusMetrics>getLocalMap("outpour.metrics")
        .computeIfAbsent("prometheus", name -> begin((VertxInternal) vertx));
  }

  private static PrometheusMetrics begin(VertxInternal vertx) {
    PrometheusMetrics metrics = new PrometheusMetrics();
    vertx.addCloseHook(
        closed -> {
          metrics.process.close();
          closed.succeed();
        });
    return metrics;
  }

  /** Where meters are registered that others keep. */
  public MeterRegistry registry() {
    return registry;
  }

  /** Says how the readers stand, of whom nobody keeps count. */
  public void standing(long behind, long lag) {
    this.behind.set(behind);
    this.lag.set(lag);
  }

  /** Has all reasons shown for which a stream may end, also before one has. */
  public void reasonsOfClosing(Collection<String> words) {
    words.forEach(this::closed);
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
    closed(reason).increment();
  }

  @Override
  public void committed(int updates, long bytes, long nanos) {
    commits.record(nanos, TimeUnit.NANOSECONDS);
    commitUpdates.record(updates);
    commitBytes.record((double) bytes);
  }

  @Override
  public void published(int updates) {
    published.increment(updates);
  }

  @Override
  public void refused(int status) {
    Counter.builder("outpour.requests.refused")
        .description("Requests that were answered with an error")
        .tag("status", Integer.toString(status))
        .register(registry)
        .increment();
  }

  @Override
  public void limited(Limit limit) {
    Objects.requireNonNull(limited.get(limit)).increment();
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

  /**
   * Has it shown how many bytes are framed and wait in sockets, and how many may.
   *
   * @param bytes is asked from any thread
   */
  public void backlog(LongSupplier bytes, LongSupplier most) {
    Gauge.builder("outpour.backlog", bytes, LongSupplier::getAsLong)
        .description("What is framed for readers, and waits in their sockets")
        .baseUnit(BaseUnits.BYTES)
        .strongReference(true)
        .register(registry);
    Gauge.builder("outpour.backlog.limit", most, LongSupplier::getAsLong)
        .description("From how much on readers fall behind, and are given less at once")
        .baseUnit(BaseUnits.BYTES)
        .strongReference(true)
        .register(registry);
  }

  /** How many events were delivered and updates taken so far: what changes while work gets done. */
  public long progress() {
    return (long) (delivered.count() + published.count());
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

  private Counter closed(String reason) {
    return Counter.builder(READERS_CLOSED)
        .description("Streams that have ended")
        .tag(REASON, reason)
        .register(registry);
  }

  /** Says whom to ask for how long the node's certificate still counts, in seconds. */
  public void busCertificate(DoubleSupplier seconds) {
    process.busCertificate(seconds);
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
