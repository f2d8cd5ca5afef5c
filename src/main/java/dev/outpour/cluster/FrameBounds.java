package dev.outpour.cluster;

import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the connections that others make to an event bus may hold together of frames that are not
 * complete, and the one line a second about those that were closed. For use on the event loop that
 * serves them all.
 */
final class FrameBounds {

  private static final Logger log = LoggerFactory.getLogger(FrameBounds.class);

  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final int mostBytes;
  private long held;
  private long nextNanos = System.nanoTime();
  private int untold;

  FrameBounds(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** As many as a quarter of the heap. */
  static FrameBounds ofHeap() {
    long quarter = Runtime.getRuntime().maxMemory() / 4;
    return new FrameBounds((int) Math.min(quarter, Integer.MAX_VALUE / 2));
  }

  int mostBytes() {
    return mostBytes;
  }

  /** Counts bytes in; whether that many may be held. */
  boolean hold(int bytes) {
    held += bytes;
    return held <= mostBytes;
  }

  /** Counts bytes out. */
  void letGo(int bytes) {
    held -= bytes;
  }

  /** Says that a connection is closed. */
  void tell(@Nullable SocketAddress from) {
    if (System.nanoTime() - nextNanos < 0) {
      untold++;
      return;
    }
    log.warn(
        "Closed a connection from {} to the event bus, no valid frame came in time: if it is a"
            + " node, do all have TLS, or none?{}",
        from,
        untold == 0 ? "" : " (and " + untold + " more before)");
    untold = 0;
    nextNanos = System.nanoTime() + PAUSE_NANOS;
  }
}
