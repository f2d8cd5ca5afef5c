package dev.outpour.cli.bench;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The updates that publishers sent, and those among them that were not acknowledged. Thread-safe.
 */
final class SentUpdates {
  private final Numbering numbering;
  private final AtomicLongArray next;
  private final Set<Long> failed = ConcurrentHashMap.newKeySet();

  SentUpdates(Numbering numbering) {
    this.numbering = numbering;
    this.next = new AtomicLongArray(numbering.publishers());
  }

  Numbering numbering() {
    return numbering;
  }

  /** Records an update that is about to be sent. Each publisher sends its numbers in order. */
  void add(long number) {
    next.set(numbering.publisher(number), number + 1);
  }

  /** Records that an update was not acknowledged: it may arrive or not. */
  void fail(long number) {
    failed.add(number);
  }

  boolean contains(long number) {
    return number >= 0 && number < limit(numbering.publisher(number));
  }

  /** All numbers of this publisher below the limit were sent. */
  long limit(int publisher) {
    return next.get(publisher);
  }

  Set<Long> failed() {
    return failed;
  }
}
