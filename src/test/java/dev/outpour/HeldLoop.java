package dev.outpour;

import io.vertx.core.Context;
import java.util.concurrent.CountDownLatch;

/** An event loop that does nothing until it is let go: a long pause, a slow disk, a debugger. */
public final class HeldLoop implements AutoCloseable {

  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);

  /** Holds it; returns when it is held. */
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

  /** Lets it go. */
  @Override
  public void close() {
    release.countDown();
  }
}
