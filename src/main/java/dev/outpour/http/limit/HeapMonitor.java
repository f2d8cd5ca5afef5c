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
 * Measures the heap in use after each garbage collection; between collections the figure says
 * nothing. Thread-safe.
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

  /** Starts a monitor that runs until Vert.x closes. */
  static HeapMonitor start(Vertx vertx) {
    HeapMonitor monitor = new HeapMonitor(vertx);
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      ((NotificationEmitter) collector).addNotificationListener(monitor, null, null);
    }
    ((VertxInternal) vertx)
        .addCloseHook(
            done -> {
              monitor.stop();
              done.succeed();
            });
    return monitor;
  }

  private void stop() {
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      try {
        ((NotificationEmitter) collector).removeNotificationListener(this);
      } catch (ListenerNotFoundException e) {
        log.debug("{} had no listener", collector.getName(), e);
      }
    }
  }

  @Override
  public synchronized void handleNotification(Notification notification, Object none) {
    if (notification
        .getType()
        .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
      Map<String, MemoryUsage> after =
          GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData())
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

  /** The percentage of the heap in use after the last collection. */
  int percent() {
    return (int) (usedBytes * 100 / Runtime.getRuntime().maxMemory());
  }

  /** Sets a task to run after each collection, on a thread of the JVM. */
  void afterCollection(Runnable task) {
    afterCollection = task;
  }

  /** Starts a collection if the last one was long ago, so that the figure is current again. */
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
