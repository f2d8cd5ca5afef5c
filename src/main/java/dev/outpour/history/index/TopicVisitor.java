package dev.outpour.history.index;

import dev.outpour.update.Topic;

/** Receives topics of a {@link TopicDirectory}. */
@FunctionalInterface
public interface TopicVisitor {
  /**
   * Receives a topic.
   *
   * @param newest the sequence number of its newest update
   * @return whether to continue
   */
  boolean visit(Topic topic, long newest);
}
