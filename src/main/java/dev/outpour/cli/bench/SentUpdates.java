package dev.outpour.cli.bench;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;

/** What publishers have sent, and what of it was not acknowledged. Thread-safe. */
final class SentUpdates {
  private final Numbering numbering;
  private final AtomicLongArray next;
  private final Set<Long> failed = ConcurrentHashMap.newKeySet();

  SentUpdates(Numbering numbering) {
    this.numbering = numbering;
    this.next = new AtomicLongArray(numbering.publishers());
  }

  /** Notes a number that is about to be sent; each publisher has its own, in order. */
  void add(long number) {
    next.set(numbering.publisher(number), number + 1);
  }

  /** Notes that a number was not acknowledged: it may come, or not. */
  void fail(long number) {
    failed.add(number);
  }

  boolean contains(long number) {
    return number >= 0 && number < limit(numbering.publisher(number));
  }

  /** Numbers of a publisher are below it if they were sent. */
  long limit(int publisher) {
    return next.get(publisher);
  }

  Set<Long> failed() {
    return failed;
  }
}
