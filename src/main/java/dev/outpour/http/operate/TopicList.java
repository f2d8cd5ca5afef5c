package dev.outpour.http.operate;

import dev.outpour.http.delivery.InterestGroup;
import dev.outpour.http.delivery.Subscribers;
import dev.outpour.loop.SlicedTask;
import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The topics and patterns that the subscribers of event loops or nodes name, each with the number
 * of subscribers: the first ones after a given name. Immutable.
 */
record TopicList(NavigableMap<String, Long> subscribers) {

  private static final String TOPICS = "topics";
  private static final String TOPIC = "topic";
  private static final String SUBSCRIBERS = "readers";

  /** Lists the topics of the caller's event loop in slices. */
  static SlicedTask.Work<TopicList> of(Subscribers subscribers, String after, int max) {
    Iterator<InterestGroup> groups = List.copyOf(subscribers.groups()).iterator();
    NavigableMap<String, Long> first = new TreeMap<>();
    return budget -> {
      while (groups.hasNext()) {
        if (budget.isTimeUp()) {
          return null;
        }
        add(first, groups.next(), after, max);
      }
      return new TopicList(first);
    };
  }

  private static void add(
      NavigableMap<String, Long> first, InterestGroup group, String after, int max) {
    if (group.isRemoved()) {
      return;
    }
    for (Topic topic : group.interest().topics()) {
      add(first, topic.name(), group.members(), after, max);
    }
    for (TopicPattern pattern : group.interest().patterns()) {
      add(first, pattern.toString(), group.members(), after, max);
    }
  }

  private static void add(
      NavigableMap<String, Long> first, String name, long count, String after, int max) {
    boolean beyond = first.size() == max && name.compareTo(first.lastKey()) > 0;
    if (!beyond && name.compareTo(after) > 0) {
      first.merge(name, count, Long::sum);
      if (first.size() > max) {
        first.pollLastEntry();
      }
    }
  }

  /** Adds up the lists of several event loops or nodes. */
  static TopicList sum(List<TopicList> lists) {
    NavigableMap<String, Long> all = new TreeMap<>();
    lists.forEach(
        list -> list.subscribers.forEach((name, count) -> all.merge(name, count, Long::sum)));
    return new TopicList(all);
  }

  /** Parses the answer of a node. */
  static TopicList parse(JsonObject answer) {
    NavigableMap<String, Long> topics = new TreeMap<>();
    for (JsonObject row : JsonRows.of(answer, TOPICS)) {
      topics.merge(row.getString(TOPIC, ""), row.getLong(SUBSCRIBERS, 0L), Long::sum);
    }
    return new TopicList(topics);
  }

  /** The answer of a node. */
  JsonObject json() {
    JsonArray topics = new JsonArray();
    subscribers.forEach(
        (name, count) -> topics.add(new JsonObject().put(TOPIC, name).put(SUBSCRIBERS, count)));
    return new JsonObject().put(TOPICS, topics);
  }

  /** The answer to an operator: the first topics, and whether there are more. */
  JsonObject page(int max) {
    JsonArray topics = new JsonArray();
    subscribers.entrySet().stream()
        .limit(max)
        .forEach(
            each ->
                topics.add(
                    new JsonObject()
                        .put(TOPIC, each.getKey())
                        .put("pattern", each.getKey().indexOf('*') >= 0)
                        .put(SUBSCRIBERS, each.getValue())));
    return new JsonObject().put(TOPICS, topics).put("more", subscribers.size() > max);
  }
}
