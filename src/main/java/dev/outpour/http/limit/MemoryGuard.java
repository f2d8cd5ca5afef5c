package dev.outpour.http.limit;

import dev.outpour.loop.TurnBudget;
import dev.outpour.metrics.Limit;
import dev.outpour.metrics.Metrics;
import dev.outpour.metrics.PrometheusMetrics;
import dev.outpour.update.Refusal;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows whether memory runs out, so that new work is refused before anything fails. For use by all
 * threads.
 *
 * <p>It begins at a limit and ends well below it, after some seconds at least, so that it does not
 * come and go.
 */
public final class MemoryGuard {

  private static final Logger log = LoggerFactory.getLogger(MemoryGuard.class);

  private static final DeliveryOptions LOCAL = new DeliveryOptions().setLocalOnly(true);
  private static final int RELIEF_PERCENT = 10;
  private static final long LEAST_MILLIS = 3_000;

  /** The share that is never refused at. */
  private static final int ALL = 100;

  private final LimitSettings settings;
  private final IntSupplier heapPercent;
  private final IntSupplier directPercent;
  private final Runnable refresh;
  private final LongSupplier nowMillis;
  private final Metrics metrics;
  private final MemoryOutage outage;
  private long begunMillis;
  private volatile boolean tight;

  /**
   * @param heapPercent what of the heap is in use
   * @param directPercent what of the memory outside the heap
   * @param refresh makes sure that what is known of the heap does not stay as it is for ever
   * @param nowMillis a clock that never falls
   * @param outage judges how long it lasts
   */
  MemoryGuard(
      LimitSettings settings,
      IntSupplier heapPercent,
      IntSupplier directPercent,
      Runnable refresh,
      LongSupplier nowMillis,
      Metrics metrics,
      MemoryOutage outage) {
    this.settings = settings;
    this.heapPercent = heapPercent;
    this.directPercent = directPercent;
    this.refresh = refresh;
    this.nowMillis = nowMillis;
    this.metrics = metrics;
    this.outage = outage;
  }

  /** Begins to look, until Vert.x closes. */
  static MemoryGuard start(Vertx vertx, LimitSettings settings, PrometheusMetrics metrics) {
    HeapMonitor heap = HeapMonitor.start(vertx);
    MemoryOutage outage =
        new MemoryOutage(
            metrics::progress,
            TurnBudget::nowMillis,
            TimeUnit.SECONDS.toMillis(settings.memoryExitSeconds()),
            () -> vertx.eventBus().publish(MemoryOutage.ADDRESS, "", LOCAL));
    MemoryGuard guard =
        new MemoryGuard(
            settings,
            heap::percent,
            MemoryGuard::directPercent,
            heap::refresh,
            TurnBudget::nowMillis,
            metrics,
            outage);
    heap.afterCollection(guard::look);
    return guard;
  }

  /** Netty's own count; where it has none, nothing is known. */
  private static int directPercent() {
    long most = PlatformDependent.maxDirectMemory();
    return most <= 0 ? 0 : (int) (Math.max(0, PlatformDependent.usedDirectMemory()) * 100 / most);
  }

  /** Why nobody should be sent to this process; empty if there is no reason. */
  public Optional<String> outage() {
    return outage.trouble();
  }

  /** Whether new work has to be refused. */
  public boolean isTight() {
    return tight;
  }

  /** Counts what is refused, and says why. */
  public Refusal refusal() {
    metrics.limited(Limit.MEMORY);
    return Refusal.unavailable("The server is short of memory and takes nothing new: try again");
  }

  /** Looks now. It is to be called after each collection, and every second or so. */
  public synchronized void look() {
    int heap = heapPercent.getAsInt();
    int direct = directPercent.getAsInt();
    boolean over = isOver(heap, settings.heapPercent()) || isOver(direct, settings.directPercent());
    if (over && !tight) {
      begunMillis = nowMillis.getAsLong();
      log.warn(
          "Memory is short, and new readers and updates are refused: in use are {} % of the heap"
              + " and {} % of the direct memory. If that lasts, give the hub more (-Xmx)",
          heap, direct);
      set(true);
    } else if (!over && tight && nowMillis.getAsLong() - begunMillis >= LEAST_MILLIS) {
      log.info("Memory suffices again: {} % of the heap, {} % of the direct one", heap, direct);
      set(false);
    } else if (tight) {
      refresh.run();
    }
    outage.look(tight);
  }

  private boolean isOver(int percent, int most) {
    return most < ALL && percent >= (tight ? most - RELIEF_PERCENT : most);
  }

  private void set(boolean now) {
    tight = now;
    metrics.memoryTight(now);
  }
}
