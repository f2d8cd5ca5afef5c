package dev.outpour.http.operate;

import dev.outpour.http.delivery.InterestGroup;
import dev.outpour.http.delivery.Subscriber;
import dev.outpour.http.delivery.Subscribers;
import dev.outpour.update.Interest;
import dev.outpour.update.Lineage;
import dev.outpour.update.Position;
import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of event loops or nodes that match a filter. Immutable.
 *
 * @param count how many match
 * @param rows some of them, in the order in which they entered
 * @param upTo the number up to which no match is left out
 */
public record SubscriberList(long count, List<Row> rows, long upTo) {

  /** No match is left out. */
  static final long ALL = Long.MAX_VALUE;

  private static final String COUNT = "count";
  private static final String ROWS = "readers";
  private static final String UP_TO = "upTo";

  private static final int OVERHEAD = 200;

  public SubscriberList {
    rows = List.copyOf(rows);
  }

  /**
   * Selects subscribers. Immutable.
   *
   * @param topic those who subscribe to any part of it; empty: all
   * @param from those with this number or a higher one
   * @param max how many to describe
   */
  public record Filter(Optional<TopicPattern> topic, long from, int max) {

    /** Whether the subscribers of a group match. */
    boolean matches(InterestGroup group) {
      return topic.isEmpty() || matches(group.interest(), topic.get());
    }

    private static boolean matches(Interest interest, TopicPattern asked) {
      if (asked.isExact()) {
        return interest.matches(new Topic(asked.toString()));
      }
      return interest.topics().stream().anyMatch(asked::matches)
          || interest.patterns().stream().anyMatch(asked::overlaps);
    }
  }

  /**
   * One subscriber.
   *
   * @param shown its description
   * @param weight about how many bytes the description takes
   */
  record Row(SubscriberId id, JsonObject shown, int weight) {}

  /** Merges the lists of several event loops or nodes. */
  static SubscriberList merge(List<SubscriberList> lists) {
    // A list has left out what comes after its upTo, so the others end there, too.
    long upTo = lists.stream().mapToLong(SubscriberList::upTo).min().orElse(ALL);
    return new SubscriberList(
        lists.stream().mapToLong(SubscriberList::count).sum(),
        lists.stream()
            .flatMap(list -> list.rows.stream())
            .filter(row -> row.id.number() <= upTo)
            .sorted(Comparator.comparing(Row::id))
            .toList(),
        upTo);
  }

  /** Parses the answer of a node. */
  static SubscriberList parse(JsonObject answer) {
    List<Row> rows = new ArrayList<>();
    for (JsonObject row : JsonRows.of(answer, ROWS)) {
      SubscriberId.parse(String.valueOf(row.getString("id")))
          .ifPresent(id -> rows.add(new Row(id, row, 0)));
    }
    return new SubscriberList(answer.getLong(COUNT, 0L), rows, answer.getLong(UP_TO, ALL));
  }

  /** The answer of a node. */
  JsonObject json() {
    JsonObject json = new JsonObject().put(COUNT, count).put(ROWS, shown(rows.stream()));
    return upTo == ALL ? json : json.put(UP_TO, upTo);
  }

  /** The answer to an operator: the first subscribers after one, and whether there are more. */
  JsonObject page(SubscriberId after, int max) {
    List<Row> following = rows.stream().filter(row -> row.id.compareTo(after) > 0).toList();
    return new JsonObject()
        .put(COUNT, count)
        .put(ROWS, shown(following.stream().limit(max)))
        .put("more", following.size() > max || upTo < ALL);
  }

  private static JsonArray shown(Stream<Row> rows) {
    return new JsonArray(rows.map(Row::shown).toList());
  }

  /**
   * Describes a subscriber of the caller's event loop.
   *
   * @param last the number of the newest update
   */
  static Row row(Subscriber subscriber, Subscribers subscribers, LocalNode node, long last) {
    SubscriberId id = new SubscriberId(node.name(), subscriber.number());
    List<String> topics = topics(subscriber.group());
    int weight = OVERHEAD + topics.stream().mapToInt(String::length).sum();
    return new Row(id, shown(id, subscriber, topics, subscribers, last), weight);
  }

  private static JsonObject shown(
      SubscriberId id,
      Subscriber subscriber,
      List<String> topics,
      Subscribers subscribers,
      long last) {
    boolean live = subscriber.state() == Subscriber.State.LIVE;
    long cursor = live ? subscribers.head() : subscriber.cursor();
    Lineage own = subscriber.lineage();
    boolean placed = own != null;
    Position position = own == null ? null : (live ? subscribers.lineage() : own).at(cursor);
    return new JsonObject()
        .put("id", id.toString())
        .put("address", subscriber.address())
        .put("identity", subscriber.caller().name())
        .put("topics", new JsonArray(topics))
        .put("position", text(position))
        .put("lag", placed ? (Long) Math.max(0, last - cursor) : null)
        .put("since", since(id.number()).toString());
  }

  private static List<String> topics(InterestGroup group) {
    return Stream.concat(
            group.interest().topics().stream().map(Topic::name),
            group.interest().patterns().stream().map(TopicPattern::toString))
        .sorted()
        .toList();
  }

  private static @Nullable String text(@Nullable Position position) {
    return position == null ? null : position.toString();
  }

  private static Instant since(long number) {
    return Instant.ofEpochMilli(TimeUnit.MICROSECONDS.toMillis(number));
  }
}
