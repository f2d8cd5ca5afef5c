package dev.outpour.auth;

import dev.outpour.update.Interest;
import dev.outpour.update.TopicPattern;
import java.util.HashSet;
import java.util.Set;

/**
 * What is both asked for and allowed. Where that is a pattern again, as it mostly is, readers who
 * ask for more than they may share their bytes with those who ask for just that; where it is none,
 * as of <code>*&#47;urgent</code> and {@code orders/*}, what is asked is limited to what is
 * allowed.
 */
record Narrowing(Set<TopicPattern> allowed) {

  /**
   * @param asked its exact topics are allowed, and its patterns have something in common with what
   *     is
   */
  Interest narrow(Interest asked) {
    Set<TopicPattern> patterns = new HashSet<>();
    Set<TopicPattern> common = new HashSet<>();
    boolean limited = false;
    for (TopicPattern pattern : asked.patterns()) {
      if (allowed.stream().anyMatch(right -> right.covers(pattern))) {
        patterns.add(pattern);
        common.add(pattern);
        continue;
      }
      for (TopicPattern right : allowed) {
        if (pattern.covers(right)) {
          patterns.add(right);
          common.add(right);
        } else if (pattern.overlaps(right)) {
          patterns.add(pattern);
          common.add(right);
          limited = true;
        }
      }
    }
    return new Interest(asked.topics(), patterns, limited ? common : Set.of());
  }
}
