package dev.outpour.metrics;

/**
 * What happens in the hub, told event by event. Whoever counts keeps labels bounded: never a topic,
 * a user or a path.
 *
 * <p>It may be called from any thread, and costs little enough to be called for every batch.
 */
public interface Metrics {

  /** A form that does nothing. */
  Metrics NONE = new Metrics() {};

  /** A reader's stream began. */
  default void readerOpened() {}

  /**
   * A reader's stream ended.
   *
   * @param reason one of a fixed set of words
   */
  default void readerClosed(String reason) {}

  /**
   * A group of updates was written to the log.
   *
   * @param bytes how many bytes of data they have
   * @param nanos how long it took to write them, until they were safe
   */
  default void committed(int updates, long bytes, long nanos) {}

  /** Updates were published and are in the log. */
  default void published(int updates) {}

  /** A request was refused with an HTTP status. */
  default void refused(int status) {}

  /** A client wanted more than it may have, or was too late. */
  default void limited(Limit limit) {}

  /** Memory has become short, or suffices again. */
  default void memoryTight(boolean tight) {}

  /** A page of the log was read for readers who are behind, since it was not held in memory. */
  default void pageLoaded() {}

  /**
   * Updates were handed to readers' sockets: one for each update and reader.
   *
   * @param bytes how many bytes they were, as framed
   */
  default void delivered(long updates, long bytes) {}

  /**
   * Updates have come to the sockets of readers who keep up.
   *
   * @param nanos how long that took since they were accepted
   * @param times how many it were: one for each update and reader
   */
  default void deliveredAfter(long nanos, long times) {}
}
