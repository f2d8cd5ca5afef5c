package dev.outpour.checker;

import dev.outpour.checker.Entry.Operation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The whole log, as it was read at the end from its earliest update on. */
final class WholeLog {

  private final NavigableMap<Long, Entry> bySequence = new TreeMap<>();
  private final Map<String, List<Entry>> byUpdate = new HashMap<>();
  private final List<Violation> violations = new ArrayList<>();
  private long before;

  WholeLog(List<Entry> read) {
    Entry previous = null;
    for (Entry entry : read) {
      if (entry.operation() == Operation.STAND && previous == null) {
        before = entry.sequence();
      }
      if (entry.operation() == Operation.LOG) {
        checkNext(previous, entry);
        bySequence.putIfAbsent(entry.sequence(), entry);
        byUpdate.computeIfAbsent(entry.update(), name -> new ArrayList<>()).add(entry);
        previous = entry;
      }
    }
  }

  private void checkNext(Entry previous, Entry entry) {
    long last = previous == null ? before : previous.sequence();
    if (entry.sequence() != last + 1) {
      String what = "the log goes on from " + last + " with " + entry.sequence();
      violations.add(Violation.of(Clause.C2, what, entry));
    }
  }

  /** Where it does not go on by one. */
  List<Violation> violations() {
    return violations;
  }

  Collection<Entry> entries() {
    return bySequence.values();
  }

  /** What stands at an id; null if nothing does. */
  Entry at(Entry seen) {
    Entry entry = bySequence.get(seen.sequence());
    return entry != null && entry.id().equals(seen.id()) ? entry : null;
  }

  /** Whether an id is older than what is retained, so that nothing is known of it. */
  boolean isExpired(Entry seen) {
    return seen.sequence() <= before;
  }

  /** Whether anything has been removed. */
  boolean isTrimmed() {
    return before > 0;
  }

  /** Where an update stands; more than once if something is wrong. */
  List<Entry> of(String update) {
    return byUpdate.getOrDefault(update, List.of());
  }

  /** What lies between two numbers, both exclusive. */
  Collection<Entry> between(long from, long to) {
    return to - from < 2 ? List.of() : bySequence.subMap(from + 1, to).values();
  }
}
