package dev.outpour.checker;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the journals say about a hub.
 *
 * @param violations what it did not keep; empty: nothing
 * @param acknowledged how many updates were acknowledged
 * @param logged how many the log holds
 * @param given how many events readers were given
 */
public record Verdict(List<Violation> violations, int acknowledged, int logged, long given) {

  private static final int MOST_SHOWN = 5;

  public Verdict {
    violations = List.copyOf(violations);
  }

  /** The clauses that were not kept. */
  public Set<Clause> broken() {
    Set<Clause> broken = EnumSet.noneOf(Clause.class);
    violations.forEach(each -> broken.add(each.clause()));
    return broken;
  }

  /** Without what a fault breaks by its nature, such as a log put back from a backup. */
  public Verdict except(Clause... clauses) {
    Set<Clause> left = EnumSet.allOf(Clause.class);
    left.removeAll(List.of(clauses));
    return new Verdict(
        violations.stream().filter(each -> left.contains(each.clause())).toList(),
        acknowledged,
        logged,
        given);
  }

  /** A summary, and of each broken clause the first violations. */
  @Override
  public String toString() {
    Map<Clause, List<Violation>> byClause =
        violations.stream()
            .collect(
                Collectors.groupingBy(
                    Violation::clause, () -> new EnumMap<>(Clause.class), Collectors.toList()));
    StringBuilder text =
        new StringBuilder()
            .append(violations.isEmpty() ? "Kept" : "Not kept: " + broken())
            .append("; acknowledged " + acknowledged)
            .append(", in the log " + logged)
            .append(", given to readers " + given);
    byClause.forEach(
        (clause, all) -> {
          all.stream().limit(MOST_SHOWN).forEach(each -> text.append("\n  ").append(each));
          if (all.size() > MOST_SHOWN) {
            text.append("\n  ... and " + (all.size() - MOST_SHOWN) + " more of " + clause.name());
          }
        });
    return text.toString();
  }
}
