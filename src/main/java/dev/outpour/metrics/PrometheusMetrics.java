package dev.outpour.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.Shareable;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** The metrics for Prometheus. Each Vert.x has one, so that one scrape covers a process. */
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
          .description("Updates written to subscribers' sockets")
          .register(registry);

  private final Counter deliveredBytes =
      Counter.builder("outpour.delivered")
          .description("Encoded bytes of the updates written to sockets")
          .baseUnit(BaseUnits.BYTES)
          .register(registry);

  private final LatencyHistogram latency =
      new LatencyHistogram(
          "outpour_delivery_latency_seconds",
          "Time from the acceptance of an update to the socket of a subscriber that keeps up");

  private final Counter pagesLoaded =
      Counter.builder("outpour.pages.loaded")
          .description("Pages of the log read for subscribers that are behind")
          .register(registry);

  private final CommitMeters commits = new CommitMeters(registry);

  private final ProcessMeters process = new ProcessMeters(registry);

  private PrometheusMetrics() {
    Gauge.builder("outpour.readers", readers, AtomicLong::get)
        .description("Connected subscribers")
        .register(registry);
    Gauge.builder("outpour.readers.behind", behind, AtomicLong::get)
        .description("Subscribers that have not received all their updates")
        .register(registry);
    Gauge.builder("outpour.readers.lag", lag, AtomicLong::get)
        .description("Lag of the slowest subscriber, in updates")
        .baseUnit("updates")
        .register(registry);
    Gauge.builder("outpour.memory.tight", memoryTight, AtomicInteger::get)
        .description("Whether memory is short, so that new subscribers and updates are rejected")
        .register(registry);
    for (Limit limit : Limit.values()) {
      limited.put(
          limit,
          Counter.builder("outpour.limited")
              .description("Requests rejected by a limit or timeout")
              .tag(REASON, limit.word())
              .register(registry));
    }
    registry.getPrometheusRegistry().register(latency);
  }

  /** The metrics of a Vert.x. */
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

  /** The registry, for meters of other classes. */
  public MeterRegistry registry() {
    return registry;
  }

  /** Sets how many subscribers are behind, and the largest lag in updates. */
  public void standing(long behind, long lag) {
    this.behind.set(behind);
    this.lag.set(lag);
  }

  /** Registers all reasons for which a stream may end, so that they show up as 0. */
  public void reasonsOfClosing(Collection<String> words) {
    words.forEach(this::closed);
  }

  /** All metrics in the text format of Prometheus. */
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
    commits.record(updates, bytes, nanos);
  }

  @Override
  public void published(int updates) {
    published.increment(updates);
  }

  @Override
  public void refused(int status) {
    Counter.builder("outpour.requests.refused")
        .description("Requests answered with an error")
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
   * Registers how many encoded bytes wait in sockets, and the limit of them.
   *
   * @param bytes called from any thread
   */
  public void backlog(LongSupplier bytes, LongSupplier most) {
    Gauge.builder("outpour.backlog", bytes, LongSupplier::getAsLong)
        .description("Encoded bytes that wait in the sockets of subscribers")
        .baseUnit(BaseUnits.BYTES)
        .strongReference(true)
        .register(registry);
    Gauge.builder("outpour.backlog.limit", most, LongSupplier::getAsLong)
        .description("Above this, subscribers fall behind and get less at once")
        .baseUnit(BaseUnits.BYTES)
        .strongReference(true)
        .register(registry);
  }

  /** The number of deliveries and publishes so far, which grows while the hub makes progress. */
  public long progress() {
    return (long) (delivered.count() + published.count());
  }

  /** The current counts, for the status of the hub. */
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
        .description("Streams that ended")
        .tag(REASON, reason)
        .register(registry);
  }

  /** Sets the source of the seconds until the certificate of the event bus expires. */
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
   * The counts at one moment.
   *
   * @param closed how many streams ended, by reason
   */
  public record Counts(
      long readers,
      long published,
      long delivered,
      long deliveredBytes,
      Latencies latency,
      Map<String, Long> closed) {}
}
