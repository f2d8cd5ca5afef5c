package dev.outpour.http.delivery;

import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.update.Lineage;
import dev.outpour.update.Position;
import org.jspecify.annotations.Nullable;

/**
 * How far one event loop has come in the log that it serves. For use on that loop only.
 *
 * <p>While a page is being delivered, the head is its end: a subscriber that joins meanwhile has
 * been given the page already.
 */
final class LoopPosition {

  /** A page that is being delivered. */
  interface Delivery {

    /** The number up to which a live subscriber has been given every match by now. */
    long givenTo(Subscriber subscriber);
  }

  private @Nullable LogDescription log;
  private long head;
  private @Nullable Delivery delivery;

  /** The log that is served; null while none is known. */
  @Nullable LogDescription log() {
    return log;
  }

  /** The number up to which live subscribers have been given every match, or are being given it. */
  long head() {
    return head;
  }

  /** The lineage of the log that is served; not to be called while none is known. */
  Lineage lineage() {
    if (log == null) {
      throw new IllegalStateException("No log is known yet");
    }
    return log.head().lineage();
  }

  /** Goes over to another log, or to its newest description. */
  void serve(LogDescription served) {
    log = served;
  }

  /** Moves the head. */
  void moveTo(long number) {
    head = number;
  }

  /** Whether a page is being delivered. */
  boolean isDelivering() {
    return delivery != null;
  }

  /** Says which page is being delivered; null for none. */
  void delivers(@Nullable Delivery current) {
    delivery = current;
  }

  /** Up to where a live subscriber has been given every match by now. */
  Position givenTo(Subscriber subscriber) {
    return lineage().at(delivery == null ? head : delivery.givenTo(subscriber));
  }

  /**
   * Whether a log, as it is now, goes on from this head: it does not if an older copy took its
   * place.
   */
  boolean continuesAs(LogDescription now) {
    return log != null
        && log.logId().equals(now.logId())
        && now.head().last() >= head
        && now.head().lineage().agrees(log.head().lineage(), head);
  }
}
