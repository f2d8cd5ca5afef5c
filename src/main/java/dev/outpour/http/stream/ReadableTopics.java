package dev.outpour.http.stream;

import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import dev.outpour.update.Update;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Of which topics of a page's updates those may know who have the same rights: found once for all
 * of their groups. For use by one thread.
 */
public final class ReadableTopics {

  private final Set<TopicPattern> rights;
  private final Map<Integer, List<Topic>> topics = new HashMap<>();

  /**
   * Knows nothing yet.
   *
   * @param rights of which topics an update may tell; empty for all
   */
  ReadableTopics(Set<TopicPattern> rights) {
    this.rights = rights;
  }

  /** The topics of the update at a place; the same list that it has itself if these are all. */
  public List<Topic> of(int place, Update update) {
    return rights.isEmpty()
        ? update.topics()
        : topics.computeIfAbsent(place, first -> find(update.topics()));
  }

  private List<Topic> find(List<Topic> all) {
    List<Topic> may = all.stream().filter(topic -> TopicPattern.anyMatches(rights, topic)).toList();
    return may.size() == all.size() ? all : may;
  }
}
