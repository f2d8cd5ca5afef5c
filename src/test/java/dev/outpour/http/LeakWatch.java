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
 * While open, has Netty trace every reference-counted buffer, and reports leaks and the memory in
 * use outside the heap.
 */
final class LeakWatch implements AutoCloseable {

  /** The buffers that sockets share, and those that are read from them. */
  private static final List<ByteBufAllocator> ALLOCATORS =
      List.of(PooledByteBufAllocator.DEFAULT, ByteBufAllocator.DEFAULT);

  private final Level before = ResourceLeakDetector.getLevel();
  private final LogLines log = LogLines.listen();

  private LeakWatch() {}

  static LeakWatch start() {
    // Vert.x disables leak detection when it is loaded.
    Await.result(Vertx.vertx().close());
    LeakWatch watch = new LeakWatch();
    ResourceLeakDetector.setLevel(Level.PARANOID);
    return watch;
  }

  /** How many bytes outside the heap unreleased encoded events use. */
  static long framedBytes() {
    return PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
  }

  /** The leaks so far. */
  List<String> leaks() {
    for (int i = 0; i < 2; i++) {
      collectGarbage();
      // Netty reports leaks when it allocates the next buffer.
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
