package dev.outpour.checker;

import java.util.List;
import java.util.stream.Collectors;

/**
 * That a clause was not kept.
 *
 * @param clause which
 * @param what in words
 * @param lines the lines of the journals that show it
 */
public record Violation(Clause clause, String what, List<Entry> lines) {

  static Violation of(Clause clause, String what, Entry... lines) {
    return new Violation(clause, what, List.of(lines));
  }

  @Override
  public String toString() {
    return clause
        + ": "
        + what
        + lines.stream().map(line -> "\n    " + line).collect(Collectors.joining());
  }
}
