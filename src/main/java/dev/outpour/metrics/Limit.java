package dev.outpour.metrics;

import java.util.Locale;

/** What a client may not have more of, or has to be done with in time. */
public enum Limit {
  /** Connections of one address. */
  ADDRESS,
  /** The time for a body. */
  BODY,
  /** The size of an update or another body. */
  BODY_SIZE,
  /** Connections in all. */
  CONNECTIONS,
  /** The time for the head of a request. */
  HEAD,
  /** The size of the headers. */
  HEADER_SIZE,
  /** The time without a request. */
  IDLE,
  /** Streams under one name. */
  IDENTITY,
  /** The length of the request line. */
  LINE_SIZE,
  /** The memory that there is. */
  MEMORY,
  /** Patterns that one reader names. */
  PATTERNS,
  /** Questions to the log that wait. */
  QUESTIONS,
  /** Updates a second. */
  RATE,
  /** Segments of a topic to which an update is to go. */
  SEGMENTS,
  /** Streams of one address. */
  STREAMS,
  /** Topics that one reader names. */
  TOPICS,
  /** The time in which an answer is read. */
  UNREAD;

  /** How it is called in the metrics. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
