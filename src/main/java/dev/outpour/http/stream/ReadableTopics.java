package dev.outpour.http.stream;

import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import dev.outpour.update.Update;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The topics of a page's updates that may be shown to those with the same rights: found once for
 * all their groups. For use by one thread.
 */
public final class ReadableTopics {

  private final Set<TopicPattern> rights;
  private final Map<Integer, List<Topic>> topics = new HashMap<>();

  /**
   * Begins with nothing known.
   *
   * @param rights the topics that may be shown; empty for all
   */
  ReadableTopics(Set<TopicPattern> rights) {
    this.rights = rights;
  }

  /** The topics of the update at a place; the update's own list if all of them may be shown. */
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
