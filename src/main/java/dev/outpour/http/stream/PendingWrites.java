package dev.outpour.http.stream;

import dev.outpour.loop.PerVertx;
import dev.outpour.metrics.PrometheusMetrics;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that are encoded or wait in sockets, of all event loops of a process, with one bound
 * for all. The more there are, the less a subscriber is given at once, so that thousands that take
 * nothing cost little memory.
 *
 * <p>Pages are encoded only below the bound, except that each loop may always hold one, so that it
 * goes on. For use by all threads.
 */
public final class PendingWrites implements Shareable {

  /** The most that a subscriber is given at once, unless a single event is larger. */
  static final int MOST_AT_ONCE = 64 * 1024;

  /** The same while much waits. */
  static final int LEAST_AT_ONCE = 4 * 1024;

  /** The same beyond the bound, and for an event for which a socket has no room. */
  static final int LITTLE = 512;

  private static final int SHARE = 8;

  private final long most;
  private final AtomicLong bytes = new AtomicLong();

  /**
   * Begins with nothing.
   *
   * @param most the bound, in bytes
   */
  public PendingWrites(long most) {
    this.most = most;
  }

  /** Creates one for a single loop. */
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

  /** An eighth of the direct memory or of the heap, whichever is smaller. */
  private static long share() {
    long heap = Runtime.getRuntime().maxMemory();
    long direct = PlatformDependent.maxDirectMemory();
    return (direct > 0 ? Math.min(direct, heap) : heap) / SHARE;
  }

  /** The bound. */
  public long most() {
    return most;
  }

  /** How many bytes there are now. */
  public long bytes() {
    return bytes.get();
  }

  /** How many bytes to give to one subscriber at once. */
  public int mostAtOnce() {
    return isMuch() ? LEAST_AT_ONCE : MOST_AT_ONCE;
  }

  /** How many copied bytes may wait for one subscriber. */
  int mostWaiting() {
    return bytes.get() < most ? mostAtOnce() : LITTLE;
  }

  /**
   * How much of an event is copied for a socket that has no room: all of it if it is little; else
   * enough to be told when there is room, and the rest is encoded again then.
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
