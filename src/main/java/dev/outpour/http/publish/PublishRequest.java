package dev.outpour.http.publish;

import dev.outpour.auth.Caller;
import dev.outpour.http.request.Query;
import dev.outpour.http.request.RequestAuthenticator;
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
 * What a publisher's request says about its updates, apart from their data.
 *
 * @param kind what the body is
 * @param topics where they go
 * @param event the event's name, if there is one
 * @param key the publisher's key, if there is one
 * @param end whether the update is the last of its topics; of lines, the last one
 * @param token the token in the query, if there is one
 */
record PublishRequest(
    BodyType kind,
    List<Topic> topics,
    @Nullable String event,
    Optional<Key> key,
    boolean end,
    Optional<String> token) {

  private static final Set<String> PARAMETERS =
      Set.of("event", "key", "end", RequestAuthenticator.PARAMETER);
  static final CharSequence KEY_HEADER = HttpHeaders.createOptimized("Idempotency-Key");

  /** The longest number that a line of a stream can have in its key. */
  private static final int LINE_DIGITS = 20;

  /**
   * Reads the head of a request.
   *
   * @throws RefusedException with status 400 or 415
   */
  static PublishRequest of(HttpServerRequest request) {
    BodyType kind =
        BodyType.of(
            request.getHeader(HttpHeaders.CONTENT_TYPE),
            request.getHeader(HttpHeaders.CONTENT_ENCODING));
    Query query = Query.parse(request.query(), PARAMETERS, "topic");
    Optional<Key> key = key(query.one("key"), Optional.ofNullable(request.getHeader(KEY_HEADER)));
    if (kind == BodyType.LINES && key.isPresent()) {
      key.ifPresent(PublishRequest::checkRoomForLines);
    }
    PublishRequest publication =
        new PublishRequest(
            kind,
            query.all("topic").stream().map(Topic::parse).toList(),
            query.one("event").orElse(null),
            key,
            Draft.parseEnd(query.one("end").orElse(null)),
            query.one(RequestAuthenticator.PARAMETER));
    publication.draft(publication.key(), Update.Form.TEXT, Buffer.buffer());
    return publication;
  }

  private static Optional<Key> key(Optional<String> parameter, Optional<String> header) {
    if (parameter.isPresent() && header.isPresent() && !parameter.equals(header)) {
      throw Refusal.badRequest(
              "The key and the header " + KEY_HEADER + " differ: send one of the two")
          .asException();
    }
    return parameter.or(() -> header).map(name -> Key.parse(Key.UNSCOPED, name));
  }

  private static void checkRoomForLines(Key key) {
    Key.parse(key.scope(), key.name() + "0".repeat(LINE_DIGITS));
  }

  /**
   * The same as what a caller publishes: the key is one of theirs, and the topics are those that
   * they may publish to.
   *
   * @param defaultTopic where updates go that name no topic, if that is known
   * @throws RefusedException with status 403 if they may not, 503 if that cannot be told now
   */
  PublishRequest by(Caller caller, Supplier<Optional<Topic>> defaultTopic) {
    boolean free = caller.rights().mayPublishAll();
    if (free && key.isEmpty()) {
      return this;
    }
    List<Topic> to = free || !topics.isEmpty() ? topics : List.of(known(defaultTopic.get()));
    if (!free) {
      caller.rights().checkPublish(to);
    }
    Optional<Key> own = key.map(each -> new Key(caller.scope(), each.name()));
    return new PublishRequest(kind, to, event, own, end, Optional.empty());
  }

  private static Topic known(Optional<Topic> topic) {
    return topic.orElseThrow(
        () ->
            Refusal.unavailable("The default topic is not known now: try again later, or name one")
                .asException());
  }

  /**
   * The update that the body is.
   *
   * @throws RefusedException with status 400 if the body is not what it is said to be
   */
  Draft whole(Buffer body) {
    if (kind == BodyType.TEXT) {
      PayloadCheck.checkUtf8(body);
      return whole(Update.Form.TEXT, body);
    }
    try {
      PayloadCheck.checkJson(body);
    } catch (RefusedException e) {
      throw kind == BodyType.FORM ? notJson(e.refusal()).asException() : e;
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
   * The update that a line of the body is. Line n of a stream with a key has the key {@code key/n},
   * so that the whole stream can be sent again. It ends nothing.
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
