package dev.outpour.http.publish;

import dev.outpour.auth.Caller;
import dev.outpour.http.request.Query;
import dev.outpour.json.PayloadCheck;
import dev.outpour.update.Draft;
import dev.outpour.update.Key;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Topic;
import dev.outpour.update.Update;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a publish request says about its updates, apart from their data. Immutable.
 *
 * @param type the type of the body
 * @param topics the topics of the updates
 * @param event the event name, if there is one
 * @param key the idempotency key, if there is one
 * @param end whether the update is the last of its topics; with lines, the last line
 * @param token the token in the query, if there is one
 */
record PublishRequest(
    BodyType type,
    List<Topic> topics,
    @Nullable String event,
    Optional<Key> key,
    boolean end,
    Optional<String> token) {

  private static final Set<String> PARAMETERS = Set.of("event", "key", "end", Query.ACCESS_TOKEN);
  static final CharSequence KEY_HEADER = HttpHeaders.createOptimized("Idempotency-Key");

  /** The longest suffix of the key of a line: a slash and the line number. */
  private static final int LINE_DIGITS = 20;

  /**
   * Parses the head of a request.
   *
   * @throws RefusedException with status 400 or 415
   */
  static PublishRequest of(HttpServerRequest request) {
    BodyType type =
        BodyType.of(
            request.getHeader(HttpHeaders.CONTENT_TYPE),
            request.getHeader(HttpHeaders.CONTENT_ENCODING));
    Query query = Query.parse(request.query(), PARAMETERS, "topic");
    Optional<Key> key = key(query.one("key"), Optional.ofNullable(request.getHeader(KEY_HEADER)));
    if (type == BodyType.LINES && key.isPresent()) {
      key.ifPresent(PublishRequest::checkRoomForLines);
    }
    List<Topic> topics = query.all("topic").stream().map(Topic::parse).toList();
    String event = query.one("event").orElse(null);
    Draft.check(topics, event);
    return new PublishRequest(
        type,
        topics,
        event,
        key,
        Draft.parseEnd(query.one("end").orElse(null)),
        query.one(Query.ACCESS_TOKEN));
  }

  private static Optional<Key> key(Optional<String> parameter, Optional<String> header) {
    if (parameter.isPresent() && header.isPresent() && !parameter.equals(header)) {
      throw Refusal.badRequest(
              "The parameter key and the header " + KEY_HEADER + " differ: send one of them")
          .asException();
    }
    return parameter.or(() -> header).map(name -> Key.parse(Key.UNSCOPED, name));
  }

  private static void checkRoomForLines(Key key) {
    Key.parse(key.scope(), key.name() + "0".repeat(LINE_DIGITS));
  }

  /**
   * Binds the request to its caller: scopes the key to the caller, and checks the topics.
   *
   * @param defaultTopic the topic of updates that name none, if it is known
   * @throws RefusedException with status 403 if the caller may not publish to the topics, 503 if
   *     that is not known yet
   */
  PublishRequest by(Caller caller, Supplier<Optional<Topic>> defaultTopic) {
    boolean mayPublishAll = caller.rights().mayPublishAll();
    if (mayPublishAll && key.isEmpty()) {
      return this;
    }
    List<Topic> to =
        mayPublishAll || !topics.isEmpty() ? topics : List.of(known(defaultTopic.get()));
    if (!mayPublishAll) {
      caller.rights().checkPublish(to);
    }
    Optional<Key> own = key.map(each -> new Key(caller.scope(), each.name()));
    return new PublishRequest(type, to, event, own, end, Optional.empty());
  }

  private static Topic known(Optional<Topic> topic) {
    return topic.orElseThrow(
        () ->
            Refusal.unavailable(
                    "The default topic is not known yet: try again later, or name a topic")
                .asException());
  }

  /**
   * Makes an update of the whole body.
   *
   * @throws RefusedException with status 400 if the body does not match its type
   */
  Draft whole(Buffer body) {
    if (type == BodyType.TEXT) {
      PayloadCheck.checkUtf8(body);
      return whole(Update.Form.TEXT, body);
    }
    try {
      PayloadCheck.checkJson(body);
    } catch (RefusedException e) {
      throw type == BodyType.FORM ? notJson(e.refusal()).asException() : e;
    }
    return whole(Update.Form.JSON, body);
  }

  private Draft whole(Update.Form form, Buffer body) {
    Draft draft = draft(key, form, body);
    return end ? draft.ending() : draft;
  }

  private static Refusal notJson(Refusal refusal) {
    return Refusal.badRequest(
        refusal.detail() + ". If it is meant as text, add -H 'Content-Type: text/plain'");
  }

  /**
   * Makes an update of a line of the body; it ends nothing. Line n has the key {@code key/n} if the
   * request has a key, so that the whole body can be sent again.
   *
   * @throws RefusedException with status 400 if the line is not JSON
   */
  Draft line(Buffer line, long number) {
    PayloadCheck.checkJson(line, number);
    Optional<Key> own = key.map(whole -> new Key(whole.scope(), whole.name() + "/" + number));
    return draft(own, Update.Form.JSON, line);
  }

  private Draft draft(Optional<Key> own, Update.Form form, Buffer data) {
    return new Draft(topics, event, own.orElse(null), form, data);
  }
}
