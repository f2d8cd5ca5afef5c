package dev.outpour.metrics;

/**
 * Receives the events of the hub that are counted. An implementation keeps its labels bounded:
 * never a topic, a user or a path.
 *
 * <p>Any thread may call it. A call is cheap enough for every batch.
 */
public interface Metrics {

  /** Ignores all events. */
  Metrics NONE = new Metrics() {};

  /** A stream of a subscriber started. */
  default void readerOpened() {}

  /**
   * A stream of a subscriber ended.
   *
   * @param reason one of a fixed set of words
   */
  default void readerClosed(String reason) {}

  /**
   * A group of updates was written to the log.
   *
   * @param bytes the size of their data
   * @param nanos how long it took until they were durable
   */
  default void committed(int updates, long bytes, long nanos) {}

  /** Updates were published and are in the log. */
  default void published(int updates) {}

  /** A request was refused with an HTTP status. */
  default void refused(int status) {}

  /** A limit or timeout rejected a client. */
  default void limited(Limit limit) {}

  /** Memory became short, or is sufficient again. */
  default void memoryTight(boolean tight) {}

  /** A page of the log was read for subscribers that are behind, since it was not cached. */
  default void pageLoaded() {}

  /**
   * Updates were written to sockets: one for each update and subscriber.
   *
   * @param bytes the encoded size
   */
  default void delivered(long updates, long bytes) {}

  /**
   * Updates were written to the sockets of subscribers that keep up.
   *
   * @param nanos the time since they were accepted
   * @param times the number of deliveries: one for each update and subscriber
   */
  default void deliveredAfter(long nanos, long times) {}
}
