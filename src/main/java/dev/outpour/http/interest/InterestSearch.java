package dev.outpour.http.interest;

import dev.outpour.match.PatternTree;
import dev.outpour.match.Walk;
import dev.outpour.update.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Searches an index for those that want a topic by a pattern, in pieces. It finds all that stay in
 * the index meanwhile. For use on one event loop.
 */
final class InterestSearch<G extends Interested> {

  private final Topic topic;
  private final Walk<G> wanted;
  private final PatternTree<G> limits;
  private final long asOf;
  private @Nullable Walk<G> within;

  /**
   * Begins.
   *
   * @param limits what patterns are limited to, by those that have them
   * @param asOf how many with patterns had come when it began
   */
  InterestSearch(Topic topic, PatternTree<G> patterns, PatternTree<G> limits, long asOf) {
    this.topic = topic;
    this.wanted = patterns.walk(topic);
    this.limits = limits;
    this.asOf = asOf;
  }

  Topic topic() {
    return topic;
  }

  long asOf() {
    return asOf;
  }

  /** Goes on for about {@code mostSteps} steps; returns how many were taken. */
  int run(int mostSteps) {
    if (!wanted.isDone()) {
      return wanted.run(mostSteps);
    }
    return within == null ? 0 : within.run(mostSteps);
  }

  boolean isDone() {
    if (!wanted.isDone()) {
      return false;
    }
    if (within == null && wanted.found().stream().anyMatch(InterestSearch::isLimited)) {
      within = limits.walk(topic);
    }
    return within == null || within.isDone();
  }

  private static boolean isLimited(Interested group) {
    return !group.interest().within().isEmpty();
  }

  /** What was found; only once it is done. */
  List<G> found() {
    List<G> found = new ArrayList<>(wanted.found());
    if (within != null) {
      Set<G> allowed = within.found();
      found.removeIf(group -> isLimited(group) && !allowed.contains(group));
    }
    return found;
  }
}
