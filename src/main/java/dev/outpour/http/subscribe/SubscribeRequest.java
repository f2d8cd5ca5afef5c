package dev.outpour.http.subscribe;

import dev.outpour.http.request.Query;
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
 * What a subscriber's request asks for. Immutable.
 *
 * @param topics topics and patterns; empty: the default topic
 * @param form the form of the events
 * @param start where the stream begins
 * @param token the token in the query, if there is one
 */
record SubscribeRequest(
    List<TopicPattern> topics, EventEncoder.Form form, Start start, Optional<String> token) {

  private static final String EARLIEST = "earliest";
  private static final Set<String> PARAMETERS =
      Set.of("lastEventId", "last", "envelope", Query.ACCESS_TOKEN);

  /**
   * Parses the head of a request.
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
        query.one(Query.ACCESS_TOKEN));
  }

  /** Whether it asks for the hub's own topics, which are not in the log. */
  boolean isReserved() {
    return !topics.isEmpty() && topics.get(0).isReserved();
  }

  /** The position that the client sent; empty if it sent none. */
  Optional<Position> position() {
    return !isReserved() && start instanceof Start.After after
        ? Optional.of(after.position())
        : Optional.empty();
  }

  /**
   * A stream has either the hub's own topics or those of the log; the hub's own have no history.
   */
  private static void checkReserved(List<TopicPattern> topics, Query query) {
    long reserved = topics.stream().filter(TopicPattern::isReserved).count();
    if (reserved > 0 && reserved < topics.size()) {
      throw Refusal.badRequest(
              "Topics that begin with "
                  + Topic.RESERVED
                  + "/ are not in the log: subscribe to them on a stream of their own")
          .asException();
    }
    if (reserved > 0 && (query.one("lastEventId").isPresent() || query.one("last").isPresent())) {
      throw Refusal.badRequest(
              "Topics that begin with "
                  + Topic.RESERVED
                  + "/ have no history: leave out lastEventId and last")
          .asException();
    }
  }

  private static List<TopicPattern> topics(Query query) {
    return query.all("topic").stream().map(TopicPattern::parseAny).toList();
  }

  private static EventEncoder.Form form(Query query) {
    Optional<String> envelope = query.one("envelope");
    if (envelope.isPresent() && !envelope.get().equals("json")) {
      throw Refusal.badRequest("Invalid envelope: use envelope=json, or leave it out")
          .asException();
    }
    return envelope.isPresent() ? EventEncoder.Form.ENVELOPE : EventEncoder.Form.PLAIN;
  }

  /** The header takes precedence, since browsers send it when they reconnect. */
  private static Start start(@Nullable String header, Query query) {
    Optional<String> position = query.one("lastEventId");
    Optional<String> last = query.one("last");
    if (position.isPresent() && last.isPresent()) {
      throw Refusal.badRequest("Send lastEventId or last, not both").asException();
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
                Refusal.badRequest("Invalid lastEventId: use the id of an update, or 'earliest'")
                    .asException());
  }

  private static Start newest(String text) {
    // ASCII digits only, and not too many for an int.
    if (text.matches("[0-9]{1,5}")) {
      int count = Integer.parseInt(text);
      if (count >= 1 && count <= Start.Newest.MAX) {
        return new Start.Newest(count);
      }
    }
    throw Refusal.badRequest("last must be a number from 1 to " + Start.Newest.MAX).asException();
  }
}
