package dev.outpour;

import io.vertx.core.Context;
import java.util.concurrent.CountDownLatch;

/** An event loop that is blocked until it is released, as by a long pause or a debugger. */
public final class HeldLoop implements AutoCloseable {

  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);

  /** Blocks the loop, and waits until it is blocked. */
  public HeldLoop(Context context) {
    context.runOnContext(
        turn -> {
          held.countDown();
          await(release);
        });
    await(held);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Releases the loop. */
  @Override
  public void close() {
    release.countDown();
  }
}
