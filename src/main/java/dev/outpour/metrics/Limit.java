package dev.outpour.metrics;

import java.util.Locale;

/** A limit or timeout that a client can exceed. */
public enum Limit {
  /** Connections of one address. */
  ADDRESS,
  /** The time to send a body. */
  BODY,
  /** The size of an update or another body. */
  BODY_SIZE,
  /** All connections. */
  CONNECTIONS,
  /** The time to send the head of a request. */
  HEAD,
  /** The size of the headers. */
  HEADER_SIZE,
  /** The time without a request. */
  IDLE,
  /** Streams of one identity. */
  IDENTITY,
  /** The length of the request line. */
  LINE_SIZE,
  /** Memory. */
  MEMORY,
  /** Patterns of one subscription. */
  PATTERNS,
  /** Pending questions to the log. */
  QUESTIONS,
  /** Updates a second. */
  RATE,
  /** Segments of a topic that is published to. */
  SEGMENTS,
  /** Streams of one address. */
  STREAMS,
  /** Topics of one subscription. */
  TOPICS,
  /** The time to read a response. */
  UNREAD;

  /** Its name in the metrics. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
