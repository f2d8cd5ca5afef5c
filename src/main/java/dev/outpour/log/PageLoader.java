package dev.outpour.log;

import dev.outpour.update.Page;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads pages into the cache, each once however many wait for it.
 *
 * <p>One read is open at a time: callers that come meanwhile wait, and look into the cache again
 * before another read is made. It may be used from any thread.
 */
final class PageLoader {

  private record Waiter(long after, Promise<Page> page) {}

  private final PageCache cache;
  private final Consumer<Page> keep;
  private final LongFunction<Future<Page>> read;
  private final Queue<Waiter> waiters = new ArrayDeque<>();
  private boolean reading;

  /**
   * Creates it.
   *
   * @param keep puts a page into the cache, if it may be kept
   */
  PageLoader(PageCache cache, Consumer<Page> keep, LongFunction<Future<Page>> read) {
    this.cache = cache;
    this.keep = keep;
    this.read = read;
  }

  /**
   * The page with what comes next after a number.
   *
   * @param promise completed with it
   */
  void load(long after, Promise<Page> promise) {
    synchronized (this) {
      waiters.add(new Waiter(after, promise));
      if (reading) {
        return;
      }
      reading = true;
    }
    serve();
  }

  private void serve() {
    for (Waiter waiter = next(); waiter != null; waiter = next()) {
      Page page = cache.get(waiter.after());
      if (page == null) {
        Waiter first = waiter;
        read.apply(first.after())
            .onSuccess(keep::accept)
            .onComplete(
                result -> {
                  first.page().handle(result);
                  serve();
                });
        return;
      }
      waiter.page().complete(page);
    }
  }

  private synchronized @Nullable Waiter next() {
    Waiter waiter = waiters.poll();
    if (waiter == null) {
      reading = false;
    }
    return waiter;
  }
}
