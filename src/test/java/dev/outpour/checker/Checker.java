package dev.outpour.checker;

import dev.outpour.checker.Entry.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides from journals alone whether a hub has kept its promise, clause by clause: C1 to C9 of
 * {@link Clause}. As a program it takes a directory of journals, prints its verdict, and ends with
 * 0 if everything was kept.
 */
public final class Checker {

  private Checker() {}

  public static void main(String[] args) throws IOException {
    Verdict verdict = check(Path.of(args[0]));
    System.out.println(verdict);
    System.exit(verdict.violations().isEmpty() ? 0 : 1);
  }

  /** The verdict on what is in a directory. */
  public static Verdict check(Path directory) throws IOException {
    return check(Journal.read(directory));
  }

  static Verdict check(Map<String, List<Entry>> journals) {
    WholeLog log = new WholeLog(journals.getOrDefault(Journal.LOG, List.of()));
    Publishing publishing = new Publishing(journals.values(), log);
    List<Violation> violations = new ArrayList<>(log.violations());
    violations.addAll(publishing.check());
    long given = 0;
    for (List<Entry> journal : journals.values()) {
      if (journal.stream().anyMatch(entry -> entry.operation() == Operation.CONNECT)) {
        Reading reading = new Reading(log, publishing);
        violations.addAll(reading.check(journal));
        given += reading.given();
      }
    }
    violations.addAll(checkSameForAll(journals));
    violations.addAll(checkEveryoneArrived(journals));
    return new Verdict(violations, publishing.acknowledged(), log.entries().size(), given);
  }

  private static List<Violation> checkSameForAll(Map<String, List<Entry>> journals) {
    List<Violation> violations = new ArrayList<>();
    Map<String, Entry> byId = new HashMap<>();
    for (List<Entry> journal : journals.values()) {
      for (Entry entry : journal) {
        if (entry.operation() == Operation.READ || entry.operation() == Operation.LOG) {
          Entry other = byId.putIfAbsent(entry.id(), entry);
          if (other != null && !other.hash().equals(entry.hash())) {
            violations.add(Violation.of(Clause.C6, "the same id, other data", other, entry));
          }
        }
      }
    }
    return violations;
  }

  private static List<Violation> checkEveryoneArrived(Map<String, List<Entry>> journals) {
    List<Violation> violations = new ArrayList<>();
    for (List<Entry> each : journals.values()) {
      for (Entry settled : each) {
        if (settled.operation() == Operation.SETTLE) {
          for (String reader : settled.topics()) {
            checkArrived(reader, journals.get(reader), settled, violations);
          }
        }
      }
    }
    return violations;
  }

  private static void checkArrived(
      String reader, List<Entry> journal, Entry settled, List<Violation> violations) {
    long until = settled.nanos() + Long.parseLong(settled.detail());
    if (journal.stream().noneMatch(entry -> hasArrived(entry, settled, until))) {
      Entry last = journal.get(journal.size() - 1);
      violations.add(
          Violation.of(Clause.C7, reader + " has not come to the head in time", settled, last));
    }
  }

  private static boolean hasArrived(Entry entry, Entry settled, long until) {
    return switch (entry.operation()) {
      case READ, STAND, WORD -> entry.sequence() >= settled.sequence() && entry.nanos() <= until;
      default -> false;
    };
  }
}
