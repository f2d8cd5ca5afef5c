package dev.outpour.checker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compares what one chain of connections was given with the log: C5 and C8. */
final class Reading {

  private final WholeLog log;
  private final Publishing publishing;
  private final List<Violation> violations = new ArrayList<>();
  private final Map<List<String>, Boolean> wanted = new HashMap<>();
  private Wish wish = new Wish(List.of());
  private String asked = "";
  private long cursor = -1;
  private long given;

  Reading(WholeLog log, Publishing publishing) {
    this.log = log;
    this.publishing = publishing;
  }

  /** How many updates it was given. */
  long given() {
    return given;
  }

  List<Violation> check(List<Entry> journal) {
    for (Entry entry : journal) {
      switch (entry.operation()) {
        case CONNECT -> {
          wish = new Wish(entry.topics());
          wanted.clear();
          asked = entry.detail();
        }
        case READ -> read(entry);
        case STAND -> position(entry);
        case WORD -> word(entry);
        default -> {}
      }
    }
    return violations;
  }

  private void add(Clause clause, String what, Entry... lines) {
    violations.add(Violation.of(clause, what, lines));
  }

  private void read(Entry seen) {
    given++;
    if (isThere(seen) && !isWanted(seen)) {
      add(Clause.C5, "it did not ask for it", seen);
    }
    if (cursor >= 0 && seen.sequence() <= cursor) {
      add(Clause.C5, "given again, or late: it had come to " + cursor, seen);
      return;
    }
    checkNothingMissing(seen.sequence(), seen);
    cursor = seen.sequence();
  }

  /** What it came with may be repeated, also where it is of another log. */
  private void position(Entry seen) {
    boolean isRepeated = asked.equals(seen.id());
    if (seen.id() != null && (!isRepeated || log.isExpired(seen) || log.at(seen) != null)) {
      stand(seen);
    }
  }

  private void stand(Entry seen) {
    isThere(seen);
    if (seen.sequence() < cursor) {
      add(Clause.C5, "it had come to " + cursor + " already", seen);
      return;
    }
    checkNothingMissing(seen.sequence() + 1, seen);
    cursor = seen.sequence();
  }

  private void word(Entry word) {
    if (!word.detail().startsWith("outpour.truncated")) {
      position(word);
      return;
    }
    isThere(word);
    if (cursor >= 0) {
      for (Entry entry : log.between(cursor, word.sequence() + 1)) {
        if (isWanted(entry)) {
          add(Clause.C5, "said to be gone, and there", word, entry);
          break;
        }
      }
    }
    cursor = word.sequence();
  }

  private void checkNothingMissing(long to, Entry seen) {
    if (cursor < 0) {
      return;
    }
    for (Entry entry : log.between(cursor, to)) {
      if (isWanted(entry)) {
        add(Clause.C5, "not given", entry, seen);
      }
    }
  }

  private boolean isThere(Entry seen) {
    if (log.isExpired(seen)) {
      return false;
    }
    boolean there = log.at(seen) != null;
    if (!there) {
      add(Clause.C8, "given, and not in the log", seen);
    }
    return there;
  }

  /** Whether the reader asked for what the log holds there. */
  private boolean isWanted(Entry entry) {
    Published update = publishing.update(entry.update());
    return update != null && wanted.computeIfAbsent(update.sent.topics(), wish::takesIn);
  }
}
