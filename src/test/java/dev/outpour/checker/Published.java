package dev.outpour.checker;

import java.util.ArrayList;
import java.util.List;

/** An update, and what became of each attempt to publish it. */
final class Published {

  final Entry sent;
  final List<Entry> acknowledged = new ArrayList<>();
  final List<Entry> refused = new ArrayList<>();
  boolean indeterminate;

  /**
   * @param sent the first attempt
   */
  Published(Entry sent) {
    this.sent = sent;
  }

  void add(Entry entry) {
    switch (entry.kind()) {
      case OK -> acknowledged.add(entry);
      case FAIL -> refused.add(entry);
      case INFO -> indeterminate = true;
      case INVOKE -> {}
    }
  }

  /** Whether it was refused, and there was no other attempt that may have been taken. */
  boolean isRefused() {
    return !refused.isEmpty() && acknowledged.isEmpty() && !indeterminate;
  }

  /** When it was first acknowledged; never, if it was not. */
  long acknowledgedNanos() {
    return acknowledged.stream().mapToLong(Entry::nanos).min().orElse(Long.MAX_VALUE);
  }
}
