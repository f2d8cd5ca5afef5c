package dev.outpour.checker;

import dev.outpour.checker.Entry.Operation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compares what was published with the log: C1 to C4, and C9. */
final class Publishing {

  private final WholeLog log;
  private final Map<String, Published> byUpdate = new HashMap<>();
  private final List<Violation> violations = new ArrayList<>();

  Publishing(Collection<List<Entry>> journals, WholeLog log) {
    this.log = log;
    for (List<Entry> journal : journals) {
      for (Entry entry : journal) {
        if (entry.operation() == Operation.PUBLISH) {
          byUpdate.computeIfAbsent(entry.update(), name -> new Published(entry)).add(entry);
        }
      }
    }
  }

  /** The update of that name; null if nobody published it. */
  Published update(String name) {
    return byUpdate.get(name);
  }

  int acknowledged() {
    return (int) byUpdate.values().stream().filter(it -> !it.acknowledged.isEmpty()).count();
  }

  List<Violation> check() {
    byUpdate.values().forEach(this::checkAcknowledged);
    byUpdate.values().forEach(this::checkEntries);
    log.entries().forEach(this::checkEntry);
    checkKeys();
    checkAnsweredBeforeSent();
    checkOrderInRequests();
    return violations;
  }

  private void add(Clause clause, String what, Entry... lines) {
    violations.add(Violation.of(clause, what, lines));
  }

  private void checkAcknowledged(Published update) {
    for (Entry acknowledged : update.acknowledged) {
      if (acknowledged.id() == null) {
        if (log.of(acknowledged.update()).isEmpty() && !log.isTrimmed()) {
          add(Clause.C1, "lost", update.sent, acknowledged);
        }
      } else if (!log.isExpired(acknowledged)) {
        Entry there = log.at(acknowledged);
        if (there == null) {
          add(Clause.C1, "lost", update.sent, acknowledged);
        } else if (!there.update().equals(acknowledged.update())) {
          add(Clause.C1, "something else stands there", acknowledged, there);
        }
      }
    }
  }

  private void checkEntries(Published update) {
    List<Entry> entries = log.of(update.sent.update());
    if (entries.size() > 1) {
      Clause clause = update.sent.key() == null ? Clause.C2 : Clause.C9;
      violations.add(new Violation(clause, "published once, there " + entries.size(), entries));
    }
    if (!entries.isEmpty() && update.isRefused()) {
      add(Clause.C3, "refused, and there", update.refused.get(0), entries.get(0));
    }
  }

  private void checkEntry(Entry entry) {
    Published update = byUpdate.get(entry.update());
    if (update == null) {
      add(Clause.C2, "nobody published it", entry);
    } else if (!update.sent.hash().equals(entry.hash())) {
      add(Clause.C2, "it is not what was published", update.sent, entry);
    }
  }

  private void checkKeys() {
    Map<String, Entry> byKey = new HashMap<>();
    for (Entry entry : log.entries()) {
      Published update = byUpdate.get(entry.update());
      if (update != null && update.sent.key() != null) {
        Entry other = byKey.putIfAbsent(update.sent.key(), entry);
        if (other != null && !other.update().equals(entry.update())) {
          add(Clause.C9, "two entries for the key " + update.sent.key(), other, entry);
        }
      }
    }
  }

  /** From the newest entry back: nothing later may have been answered before this one was sent. */
  private void checkAnsweredBeforeSent() {
    Entry answered = null;
    long answeredNanos = Long.MAX_VALUE;
    List<Entry> entries = new ArrayList<>(log.entries());
    for (int i = entries.size() - 1; i >= 0; i--) {
      Published update = byUpdate.get(entries.get(i).update());
      if (update == null) {
        continue;
      }
      if (answeredNanos < update.sent.nanos()) {
        add(Clause.C4, "sent after what stands later was answered", update.sent, answered);
      }
      if (update.acknowledgedNanos() < answeredNanos) {
        answeredNanos = update.acknowledgedNanos();
        answered = entries.get(i);
      }
    }
  }

  private void checkOrderInRequests() {
    Map<String, Entry> lastOfRequest = new HashMap<>();
    for (Entry entry : log.entries()) {
      Published update = byUpdate.get(entry.update());
      if (update != null && update.sent.detail() != null) {
        Entry before = lastOfRequest.put(update.sent.detail(), update.sent);
        if (before != null && before.line() > update.sent.line()) {
          add(Clause.C4, "in one request, and the other way round", update.sent, before);
        }
      }
    }
  }
}
