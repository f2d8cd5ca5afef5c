package dev.outpour.http.interest;

import dev.outpour.match.PatternTree;
import dev.outpour.match.Walk;
import dev.outpour.update.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The search for the groups of an index that want a topic by a pattern, in pieces. It finds those
 * that are there all the time. For use on one event loop.
 */
final class InterestSearch<G extends Interested> {

  private final Topic topic;
  private final Walk<G> wanted;
  private final PatternTree<G> limits;
  private final long asOf;
  private @Nullable Walk<G> within;

  /**
   * @param limits what patterns are limited to, of the groups where they are
   * @param asOf how many groups with patterns had come when it began
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

  /** Goes on; returns how many steps of about the {@code mostSteps} were taken. */
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

  /** The groups; it is done. */
  List<G> found() {
    List<G> found = new ArrayList<>(wanted.found());
    if (within != null) {
      Set<G> allowed = within.found();
      found.removeIf(group -> isLimited(group) && !allowed.contains(group));
    }
    return found;
  }
}
