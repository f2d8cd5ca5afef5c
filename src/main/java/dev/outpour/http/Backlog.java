package dev.outpour.http;

/**
 * What waits in the sockets of one event loop for the kernel to take it. The more it is, the less a
 * reader is given at once, so that thousands who read nothing cost little memory. For use on that
 * loop only.
 */
final class Backlog {

  /** What one reader is given at once, unless a single event is larger. */
  static final int MOST_AT_ONCE = 64 * 1024;

  /** That while much waits. */
  static final int LEAST_AT_ONCE = 4 * 1024;

  private final long much;
  private long bytes;

  /**
   * @param much from so many bytes on each reader is given little
   */
  Backlog(long much) {
    this.much = much;
  }

  /** One for each event loop, so that all of them together hold to a share of the memory. */
  static Backlog ofOneLoop() {
    Runtime runtime = Runtime.getRuntime();
    return new Backlog(runtime.maxMemory() / 8 / Math.max(2, runtime.availableProcessors()));
  }

  /** How many bytes to give to one reader at once. */
  int mostAtOnce() {
    return bytes < much ? MOST_AT_ONCE : LEAST_AT_ONCE;
  }

  void add(int length) {
    bytes += length;
  }

  void remove(int length) {
    bytes -= length;
  }
}
