package dev.outpour.http.subscribe;

import dev.outpour.http.request.Query;
import dev.outpour.http.request.RequestAuthenticator;
import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Position;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Start;
import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a reader's request asks for.
 *
 * @param topics what it names; nothing is the default topic
 * @param form in which form it wants events
 * @param start where it begins
 * @param token the token in the query, if there is one
 */
record SubscribeRequest(
    List<TopicPattern> topics, EventEncoder.Form form, Start start, Optional<String> token) {

  private static final String EARLIEST = "earliest";
  private static final Set<String> PARAMETERS =
      Set.of("lastEventId", "last", "envelope", RequestAuthenticator.PARAMETER);

  /**
   * Reads the head of a request.
   *
   * @throws RefusedException with status 400
   */
  static SubscribeRequest of(HttpServerRequest request) {
    Query query = Query.parse(request.query(), PARAMETERS, "topic");
    List<TopicPattern> topics = topics(query);
    checkReserved(topics, query);
    return new SubscribeRequest(
        topics,
        form(query),
        start(request.getHeader("Last-Event-ID"), query),
        query.one(RequestAuthenticator.PARAMETER));
  }

  /** Whether it asks for what the hub itself tells, and for nothing of the log. */
  boolean isReserved() {
    return !topics.isEmpty() && topics.get(0).isReserved();
  }

  /** The position that the reader came with; empty if it came with none. */
  Optional<Position> position() {
    return !isReserved() && start instanceof Start.After after
        ? Optional.of(after.position())
        : Optional.empty();
  }

  /** What the hub itself tells of a moment has no place in the log, and a stream has one kind. */
  private static void checkReserved(List<TopicPattern> topics, Query query) {
    long reserved = topics.stream().filter(TopicPattern::isReserved).count();
    if (reserved > 0 && reserved < topics.size()) {
      throw Refusal.badRequest(
              "Topics that begin with "
                  + Topic.RESERVED
                  + "/ are not in the log: read them on a stream of their own")
          .asException();
    }
    if (reserved > 0 && (query.one("lastEventId").isPresent() || query.one("last").isPresent())) {
      throw Refusal.badRequest(
              "Topics that begin with "
                  + Topic.RESERVED
                  + "/ have no history: leave lastEventId and last out")
          .asException();
    }
  }

  private static List<TopicPattern> topics(Query query) {
    return query.all("topic").stream().map(TopicPattern::parseAny).toList();
  }

  private static EventEncoder.Form form(Query query) {
    Optional<String> envelope = query.one("envelope");
    if (envelope.isPresent() && !envelope.get().equals("json")) {
      throw Refusal.badRequest("The only envelope is json: say envelope=json or leave it out")
          .asException();
    }
    return envelope.isPresent() ? EventEncoder.Form.ENVELOPE : EventEncoder.Form.PLAIN;
  }

  /** The header wins, since browsers send it by themselves when they come back. */
  private static Start start(@Nullable String header, Query query) {
    Optional<String> position = query.one("lastEventId");
    Optional<String> last = query.one("last");
    if (position.isPresent() && last.isPresent()) {
      throw Refusal.badRequest("Give lastEventId or last, not both").asException();
    }
    Optional<Start> asked =
        position.map(SubscribeRequest::after).or(() -> last.map(SubscribeRequest::newest));
    if (header != null && !header.isEmpty()) {
      return header.equals(EARLIEST)
          ? new Start.Earliest()
          : Position.parse(header).<Start>map(Start.After::new).orElse(new Start.Unreadable());
    }
    return asked.orElse(new Start.Now());
  }

  private static Start after(String text) {
    if (text.equals(EARLIEST)) {
      return new Start.Earliest();
    }
    return Position.parse(text)
        .map(Start.After::new)
        .orElseThrow(
            () ->
                Refusal.badRequest(
                        "lastEventId is no position: give the id of an update, or 'earliest'")
                    .asException());
  }

  private static Start newest(String text) {
    // Of ASCII digits alone, and no more than the most has.
    if (text.matches("[0-9]{1,5}")) {
      int count = Integer.parseInt(text);
      if (count >= 1 && count <= Start.Newest.MAX) {
        return new Start.Newest(count);
      }
    }
    throw Refusal.badRequest("last is a number from 1 to " + Start.Newest.MAX).asException();
  }
}
