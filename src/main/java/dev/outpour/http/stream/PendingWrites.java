package dev.outpour.http.stream;

import dev.outpour.loop.PerVertx;
import dev.outpour.metrics.PrometheusMetrics;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What is framed and what waits in sockets, of all event loops of a process together, in bytes: one
 * bound for all of it. The more it is, the less a reader is given at once, so that thousands who
 * read nothing cost little memory.
 *
 * <p>Framed pages are only begun below the bound, except that each loop may always hold one, so
 * that it goes on. For use by all threads.
 */
public final class PendingWrites implements Shareable {

  /** What one reader is given at once, unless a single event is larger. */
  static final int MOST_AT_ONCE = 64 * 1024;

  /** That while much waits. */
  static final int LEAST_AT_ONCE = 4 * 1024;

  /** That beyond the bound, and of an event for which a socket has no room. */
  static final int LITTLE = 512;

  private static final int SHARE = 8;

  private final long most;
  private final AtomicLong bytes = new AtomicLong();

  /**
   * Begins with nothing.
   *
   * @param most the bound
   */
  public PendingWrites(long most) {
    this.most = most;
  }

  /** One that is shared with nobody. */
  public static PendingWrites ofOneLoop() {
    return new PendingWrites(share());
  }

  /** The one of a process. */
  public static PendingWrites of(Vertx vertx) {
    return PerVertx.get(
        vertx,
        PendingWrites.class,
        () -> {
          PendingWrites first = new PendingWrites(share());
          PrometheusMetrics.of(vertx).backlog(first::bytes, first::most);
          return first;
        });
  }

  /** An eighth of the memory outside the heap, as far as that is not more than the heap. */
  private static long share() {
    long heap = Runtime.getRuntime().maxMemory();
    long direct = PlatformDependent.maxDirectMemory();
    return (direct > 0 ? Math.min(direct, heap) : heap) / SHARE;
  }

  /** The bound. */
  public long most() {
    return most;
  }

  /** How much it is. */
  public long bytes() {
    return bytes.get();
  }

  /** How many bytes to give to one reader at once. */
  public int mostAtOnce() {
    return isMuch() ? LEAST_AT_ONCE : MOST_AT_ONCE;
  }

  /** How many bytes of a reader may wait to be written that were copied for it. */
  int mostWaiting() {
    return bytes.get() < most ? mostAtOnce() : LITTLE;
  }

  /**
   * How much of an event is copied for a socket that has no room: all, if that is little; else so
   * much that it is heard when there is room, and the rest is framed again then.
   *
   * @param left what is left of the event
   */
  int mostCopied(int left) {
    return left <= LEAST_AT_ONCE && !isMuch() ? left : Math.min(left, LITTLE);
  }

  private boolean isMuch() {
    return bytes.get() >= most / 2;
  }

  /** Adds bytes if they are within the bound; whether they are. */
  public boolean tryAdd(long length) {
    if (bytes.addAndGet(length) <= most) {
      return true;
    }
    bytes.addAndGet(-length);
    return false;
  }

  public void add(long length) {
    bytes.addAndGet(length);
  }

  public void remove(long length) {
    bytes.addAndGet(-length);
  }
}
