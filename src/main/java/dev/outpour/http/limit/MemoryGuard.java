package dev.outpour.http.limit;

import dev.outpour.loop.TurnBudget;
import dev.outpour.metrics.Limit;
import dev.outpour.metrics.Metrics;
import dev.outpour.metrics.PrometheusMetrics;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects that memory runs short, so that new work is rejected before anything fails. Thread-safe.
 *
 * <p>A shortage begins at a limit, ends well below it, and lasts some seconds at least, so that it
 * does not flap.
 */
public final class MemoryGuard {

  /** Measures the memory in use. */
  interface Gauge {

    int heapPercent();

    /** The percentage of the memory outside the heap. */
    int directPercent();

    /** Makes sure that the next figures are current. */
    void refresh();
  }

  private static final Logger log = LoggerFactory.getLogger(MemoryGuard.class);

  private static final DeliveryOptions LOCAL = new DeliveryOptions().setLocalOnly(true);
  private static final int RELIEF_PERCENT = 10;
  private static final long MIN_MILLIS = 3_000;

  /** A limit of 100 percent never applies. */
  private static final int OFF = 100;

  private final LimitSettings settings;
  private final Gauge gauge;
  private final LongSupplier nowMillis;
  private final Metrics metrics;
  private final MemoryOutage outage;
  private long begunMillis;
  private volatile boolean tight;

  /**
   * @param nowMillis a clock that never goes back
   * @param outage is told whether memory is short
   */
  MemoryGuard(
      LimitSettings settings,
      Gauge gauge,
      LongSupplier nowMillis,
      Metrics metrics,
      MemoryOutage outage) {
    this.settings = settings;
    this.gauge = gauge;
    this.nowMillis = nowMillis;
    this.metrics = metrics;
    this.outage = outage;
  }

  /** Starts a guard that runs until Vert.x closes. */
  static MemoryGuard start(Vertx vertx, LimitSettings settings, PrometheusMetrics metrics) {
    HeapMonitor heap = HeapMonitor.start(vertx);
    MemoryOutage outage =
        new MemoryOutage(
            metrics::progress,
            TurnBudget::nowMillis,
            TimeUnit.SECONDS.toMillis(settings.memoryExitSeconds()),
            () -> vertx.eventBus().publish(MemoryOutage.ADDRESS, "", LOCAL));
    MemoryGuard guard =
        new MemoryGuard(settings, gauge(heap), TurnBudget::nowMillis, metrics, outage);
    heap.afterCollection(guard::look);
    return guard;
  }

  private static Gauge gauge(HeapMonitor heap) {
    return new Gauge() {
      @Override
      public int heapPercent() {
        return heap.percent();
      }

      /** Netty's own count; 0 if Netty does not count. */
      @Override
      public int directPercent() {
        long max = PlatformDependent.maxDirectMemory();
        return max <= 0 ? 0 : (int) (Math.max(0, PlatformDependent.usedDirectMemory()) * 100 / max);
      }

      @Override
      public void refresh() {
        heap.refresh();
      }
    };
  }

  /** Why clients should not be sent to this process; empty if they may be. */
  public Optional<String> outage() {
    return outage.trouble();
  }

  /** Whether new work is to be rejected. */
  public boolean isTight() {
    return tight;
  }

  /**
   * Checks that new work may be accepted, and counts it if not.
   *
   * @throws RefusedException with status 503 if memory is short
   */
  public void check() {
    if (tight) {
      metrics.limited(Limit.MEMORY);
      throw Refusal.unavailable("The hub is short of memory and rejects new work: try again")
          .asException();
    }
  }

  /** Measures now. Call it after each garbage collection and about once a second. */
  public synchronized void look() {
    int heap = gauge.heapPercent();
    int direct = gauge.directPercent();
    boolean over = isOver(heap, settings.heapPercent()) || isOver(direct, settings.directPercent());
    if (over && !tight) {
      begunMillis = nowMillis.getAsLong();
      log.warn(
          "Memory is short, rejecting new subscribers and updates: {} % of the heap and {} % of"
              + " direct memory are in use. If this lasts, give the hub more memory (-Xmx)",
          heap, direct);
      set(true);
    } else if (!over && tight && nowMillis.getAsLong() - begunMillis >= MIN_MILLIS) {
      log.info(
          "Memory is sufficient again: {} % of the heap and {} % of direct memory are in use",
          heap, direct);
      set(false);
    } else if (tight) {
      gauge.refresh();
    }
    outage.update(tight);
  }

  private boolean isOver(int percent, int limit) {
    return limit < OFF && percent >= (tight ? limit - RELIEF_PERCENT : limit);
  }

  private void set(boolean now) {
    tight = now;
    metrics.memoryTight(now);
  }
}
