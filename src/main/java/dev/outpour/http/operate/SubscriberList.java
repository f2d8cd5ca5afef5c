package dev.outpour.http.operate;

import dev.outpour.http.delivery.InterestGroup;
import dev.outpour.http.delivery.Subscriber;
import dev.outpour.http.delivery.Subscribers;
import dev.outpour.update.Position;
import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The readers of an event loop, or of several, that were asked about. Immutable.
 *
 * @param count how many there are
 * @param rows some of them, in the order in which they came
 * @param upTo the number up to which none of those asked for is left out
 */
public record SubscriberList(int count, List<Row> rows, long upTo) {

  /** None is left out. */
  static final long ALL = Long.MAX_VALUE;

  /** How a node says that some are left out. */
  static final String UP_TO = "upTo";

  private static final int OVERHEAD = 200;

  public SubscriberList {
    rows = List.copyOf(rows);
  }

  /**
   * One reader.
   *
   * @param number see {@link LocalNode#nextNumber}
   * @param shown what is told of them
   * @param weight about how many bytes that takes
   */
  record Row(long number, JsonObject shown, int weight) {}

  /** Those of several event loops together. */
  static SubscriberList merge(List<SubscriberList> lists) {
    long upTo = lists.stream().mapToLong(SubscriberList::upTo).min().orElse(ALL);
    return new SubscriberList(
        lists.stream().mapToInt(SubscriberList::count).sum(),
        lists.stream()
            .flatMap(list -> list.rows.stream())
            .filter(row -> row.number <= upTo)
            .sorted(Comparator.comparingLong(Row::number))
            .toList(),
        upTo);
  }

  /**
   * Describes a reader of the caller's event loop.
   *
   * @param last the number of the newest update
   */
  static Row row(Subscriber stream, Subscribers audience, LocalNode node, long last) {
    List<String> topics = topics(stream.group());
    int weight = OVERHEAD + topics.stream().mapToInt(String::length).sum();
    return new Row(stream.number(), shown(stream, topics, audience, node, last), weight);
  }

  private static JsonObject shown(
      Subscriber stream, List<String> topics, Subscribers audience, LocalNode node, long last) {
    boolean live = stream.state() == Subscriber.State.LIVE;
    long cursor = live ? audience.head() : stream.cursor();
    boolean placed = stream.lineage != null;
    Position position =
        stream.lineage == null ? null : (live ? audience.lineage() : stream.lineage).at(cursor);
    return new JsonObject()
        .put("id", node.name() + "-" + stream.number())
        .put("address", stream.address())
        .put("identity", stream.caller().name())
        .put("topics", new JsonArray(topics))
        .put("position", text(position))
        .put("lag", placed ? (Long) Math.max(0, last - cursor) : null)
        .put("since", since(stream.number()).toString());
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

  /** What is told of them. */
  JsonObject json() {
    JsonObject json =
        new JsonObject()
            .put("count", count)
            .put("readers", new JsonArray(rows.stream().map(Row::shown).toList()));
    return upTo == ALL ? json : json.put(UP_TO, upTo);
  }
}
