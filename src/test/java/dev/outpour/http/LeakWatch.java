package dev.outpour.http;

import dev.outpour.Await;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetector.Level;
import io.vertx.core.Vertx;
import java.lang.ref.WeakReference;
import java.util.List;

/**
 * Has Netty trace every buffer that is counted, while it is open, and tells which were lost without
 * being released, and how many bytes are in use outside the heap.
 */
final class LeakWatch implements AutoCloseable {

  /** Of what is shared between sockets, and of what is read from them. */
  private static final List<ByteBufAllocator> ALLOCATORS =
      List.of(PooledByteBufAllocator.DEFAULT, ByteBufAllocator.DEFAULT);

  private final Level before = ResourceLeakDetector.getLevel();
  private final LogLines log = LogLines.listen();

  private LeakWatch() {}

  static LeakWatch start() {
    // Vert.x turns this off when it is loaded.
    Await.result(Vertx.vertx().close());
    LeakWatch watch = new LeakWatch();
    ResourceLeakDetector.setLevel(Level.PARANOID);
    return watch;
  }

  /** How many bytes outside the heap are in use by framed events that were not released. */
  static long framedBytes() {
    return PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
  }

  /** What was lost so far. */
  List<String> leaks() {
    for (int i = 0; i < 2; i++) {
      collectGarbage();
      // What the collector has found is told when the next one is allocated.
      for (ByteBufAllocator allocator : ALLOCATORS) {
        allocator.directBuffer(1).release();
      }
    }
    return log.of(ResourceLeakDetector.class);
  }

  private static void collectGarbage() {
    WeakReference<Object> garbage = new WeakReference<>(new Object());
    Await.until(
        "garbage is collected",
        () -> {
          System.gc();
          return garbage.refersTo(null);
        });
  }

  @Override
  public void close() {
    ResourceLeakDetector.setLevel(before);
    log.close();
  }
}
