package dev.outpour.http.delivery;

import dev.outpour.metrics.CloseReason;

/**
 * Moves a subscriber from one state to another: each such move is made here and nowhere else. For
 * use on the subscriber's event loop only.
 */
interface Transitions {

  /**
   * Makes a subscriber live if its cursor is the head, or has it wait if it is ahead of it. Ends
   * its stream if nothing can follow.
   *
   * @return whether it need not catch up
   */
  boolean join(Subscriber subscriber);

  /** Goes on with a subscriber whose socket is free. */
  void resume(Subscriber subscriber);

  /** Has a subscriber catch up if its socket is free. */
  void catchUp(Subscriber subscriber);

  /** Tries again a little later with a subscriber for which the log could not be read. */
  void retryLater(Subscriber subscriber);

  /** Takes a live subscriber out of the delivery of pages: it was given all up to a number. */
  void fallBehind(Subscriber subscriber, long cursor);

  /** Ends a stream that cannot be served, and tells its client if that is possible. */
  void fail(Subscriber subscriber, String doing, Throwable cause);

  /** Ends a connection of which it is not known what was written to it. */
  void breakOff(Subscriber subscriber, String doing, Throwable cause);

  /** Sends a client away to which nothing was written: all that it wants has ended. */
  void decline(Subscriber subscriber);

  /** Ends a stream: tells its client why, and does not wait for one that takes nothing. */
  void close(Subscriber subscriber, CloseReason reason);

  /** Lets a subscriber go whose connection has ended. */
  void leave(Subscriber subscriber, CloseReason reason);
}
