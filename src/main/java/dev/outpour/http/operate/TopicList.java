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
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What the readers of an event loop, or of several, read: the first names and patterns after one,
 * each with how many readers name it. Immutable.
 */
record TopicList(NavigableMap<String, Integer> readers) {

  /** Has what is read on the caller's event loop listed in slices. */
  static SlicedTask.Work<TopicList> of(Subscribers audience, String after, int most) {
    Iterator<InterestGroup> groups = List.copyOf(audience.groups()).iterator();
    NavigableMap<String, Integer> first = new TreeMap<>();
    return budget -> {
      while (groups.hasNext()) {
        if (budget.isTimeUp()) {
          return null;
        }
        add(first, groups.next(), after, most);
      }
      return new TopicList(first);
    };
  }

  private static void add(
      NavigableMap<String, Integer> first, InterestGroup group, String after, int most) {
    if (group.isRemoved()) {
      return;
    }
    for (Topic topic : group.interest().topics()) {
      add(first, topic.name(), group, after, most);
    }
    for (TopicPattern pattern : group.interest().patterns()) {
      add(first, pattern.toString(), group, after, most);
    }
  }

  private static void add(
      NavigableMap<String, Integer> first,
      String name,
      InterestGroup group,
      String after,
      int most) {
    boolean beyond = first.size() == most && name.compareTo(first.lastKey()) > 0;
    if (!beyond && name.compareTo(after) > 0) {
      first.merge(name, group.members(), Integer::sum);
      if (first.size() > most) {
        first.pollLastEntry();
      }
    }
  }

  /** Those of several event loops together. */
  static TopicList sum(List<TopicList> lists) {
    NavigableMap<String, Integer> all = new TreeMap<>();
    lists.forEach(
        list -> list.readers.forEach((name, count) -> all.merge(name, count, Integer::sum)));
    return new TopicList(all);
  }

  /** What a node answers. */
  JsonObject json() {
    JsonArray topics = new JsonArray();
    for (Map.Entry<String, Integer> each : readers.entrySet()) {
      topics.add(new JsonObject().put("topic", each.getKey()).put("readers", each.getValue()));
    }
    return new JsonObject().put("topics", topics);
  }
}
