package dev.outpour.http.limit;

import com.sun.management.GarbageCollectionNotificationInfo;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears after each collection how much of the heap is still in use; between two of them a heap
 * fills, and that says nothing. It may be used from any thread.
 */
final class HeapMonitor implements NotificationListener {

  private static final Logger log = LoggerFactory.getLogger(HeapMonitor.class);

  private static final Set<String> POOLS =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .map(MemoryPoolMXBean::getName)
          .collect(Collectors.toUnmodifiableSet());

  private static final long OLD_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Vertx vertx;
  private final AtomicLong collectedNanos = new AtomicLong(System.nanoTime());
  private volatile Runnable afterCollection = () -> {};
  private volatile long usedBytes;

  private HeapMonitor(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Listens until Vert.x closes. */
  static HeapMonitor start(Vertx vertx) {
    HeapMonitor watch = new HeapMonitor(vertx);
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      ((NotificationEmitter) collector).addNotificationListener(watch, null, null);
    }
    ((VertxInternal) vertx)
        .addCloseHook(
            done -> {
              watch.stop();
              done.succeed();
            });
    return watch;
  }

  private void stop() {
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      try {
        ((NotificationEmitter) collector).removeNotificationListener(this);
      } catch (ListenerNotFoundException e) {
        log.debug("Nobody listened to {}", collector.getName(), e);
      }
    }
  }

  @Override
  public synchronized void handleNotification(Notification told, Object none) {
    if (told.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
      Map<String, MemoryUsage> after =
          GarbageCollectionNotificationInfo.from((CompositeData) told.getUserData())
              .getGcInfo()
              .getMemoryUsageAfterGc();
      usedBytes =
          after.entrySet().stream()
              .filter(pool -> POOLS.contains(pool.getKey()))
              .mapToLong(pool -> pool.getValue().getUsed())
              .sum();
      collectedNanos.set(System.nanoTime());
      afterCollection.run();
    }
  }

  /** The share of the heap that was in use after the last collection. */
  int percent() {
    return (int) (usedBytes * 100 / Runtime.getRuntime().maxMemory());
  }

  /** Has something run after each collection, by a thread of the JVM. */
  void afterCollection(Runnable task) {
    afterCollection = task;
  }

  /** Has the garbage collected if nobody did for long, so that what is known is true again. */
  void refresh() {
    long collected = collectedNanos.get();
    long now = System.nanoTime();
    if (now - collected >= OLD_NANOS && collectedNanos.compareAndSet(collected, now)) {
      vertx.executeBlocking(
          () -> {
            System.gc();
            return null;
          },
          false);
    }
  }
}
