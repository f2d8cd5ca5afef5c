package dev.outpour.cli.bench;

/** What a bench counts, in the order in which it is reported. */
enum Counter {
  /** Subscribers whose stream has begun. */
  CONNECTED,

  /** Events received, the warm-up included. */
  EVENTS,

  /** Publishes acknowledged within the measured time. */
  ANSWERS,

  /** Events received within the measured time. */
  ARRIVALS,

  /** Acknowledged updates that were due within the measured time. */
  PUBLISHED,

  /** Events received of updates that were due within the measured time. */
  DELIVERED,

  /** Acknowledged updates that a connected subscriber did not receive. */
  LOST,

  /** Events that a subscriber received again. */
  DOUBLED,

  /** Events that a subscriber received after a later one. */
  OUT_OF_ORDER,

  /** Events whose data was never published, was changed, or belongs to another topic. */
  FOREIGN,

  /** Subscribers whose connection was closed. */
  CONNECTIONS_LOST,

  /** Updates that were due while every publisher was waiting. */
  NOT_SENT
}
