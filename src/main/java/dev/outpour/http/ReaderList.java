package dev.outpour.http;

import dev.outpour.update.Position;
import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The readers of an event loop, or of several, that were asked about. Immutable.
 *
 * @param count how many there are
 * @param rows some of them, in the order in which they came
 */
record ReaderList(int count, List<Row> rows) {

  /**
   * One reader.
   *
   * @param number see {@link Node#nextNumber}
   * @param shown what is told of them
   */
  record Row(long number, JsonObject shown) {}

  private static final Comparator<EventStream> BY_NUMBER =
      Comparator.comparingLong(stream -> stream.number);

  /**
   * Lists readers of the caller's event loop.
   *
   * @param last the number of the newest update
   */
  static ReaderList of(Audience audience, Node node, ReaderFilter filter, long last) {
    Map<Group, Boolean> verdicts = new HashMap<>();
    PriorityQueue<EventStream> first = new PriorityQueue<>(BY_NUMBER.reversed());
    int count = 0;
    for (EventStream stream : audience.streams()) {
      if (verdicts.computeIfAbsent(stream.group, filter::takes)) {
        count++;
        if (stream.number >= filter.from()) {
          first.add(stream);
          if (first.size() > filter.most()) {
            first.remove();
          }
        }
      }
    }
    List<Row> rows =
        first.stream()
            .sorted(BY_NUMBER)
            .map(stream -> new Row(stream.number, shown(stream, audience, node, last)))
            .toList();
    return new ReaderList(count, rows);
  }

  /** Those of several event loops together. */
  static ReaderList merge(List<ReaderList> lists) {
    return new ReaderList(
        lists.stream().mapToInt(ReaderList::count).sum(),
        lists.stream()
            .flatMap(list -> list.rows.stream())
            .sorted(Comparator.comparingLong(Row::number))
            .toList());
  }

  private static JsonObject shown(EventStream stream, Audience audience, Node node, long last) {
    boolean live = stream.state == EventStream.State.LIVE;
    long cursor = live ? audience.head() : stream.cursor;
    boolean placed = stream.lineage != null;
    Position position =
        stream.lineage == null ? null : (live ? audience.lineage() : stream.lineage).at(cursor);
    return new JsonObject()
        .put("id", node.name() + "-" + stream.number)
        .put("address", stream.address())
        .put("identity", stream.caller.name())
        .put("topics", topics(stream.group))
        .put("position", text(position))
        .put("lag", placed ? (Long) Math.max(0, last - cursor) : null)
        .put("since", since(stream.number).toString());
  }

  private static JsonArray topics(Group group) {
    Stream<String> names =
        Stream.concat(
            group.interest().topics().stream().map(Topic::name),
            group.interest().patterns().stream().map(TopicPattern::toString));
    return new JsonArray(names.sorted().toList());
  }

  private static @Nullable String text(@Nullable Position position) {
    return position == null ? null : position.toString();
  }

  private static Instant since(long number) {
    return Instant.ofEpochMilli(TimeUnit.MICROSECONDS.toMillis(number));
  }

  /** What is told of them. */
  JsonObject json() {
    return new JsonObject()
        .put("count", count)
        .put("readers", new JsonArray(rows.stream().map(Row::shown).toList()));
  }
}
