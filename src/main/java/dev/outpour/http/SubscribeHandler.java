package dev.outpour.http;

import dev.outpour.auth.Caller;
import dev.outpour.auth.Rights;
import dev.outpour.broadcast.LogMessage.LogDescription;
import dev.outpour.update.Interest;
import dev.outpour.update.Position;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Start;
import dev.outpour.update.TopicPattern;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code GET /events}: reads what is asked for and hands the response to the audience.
 * After that nothing here remembers the request. For use on one event loop.
 */
final class SubscribeHandler implements Handler<HttpServerRequest> {

  private static final int MOST_TOPICS = 128;
  private static final String EARLIEST = "earliest";
  private static final Set<String> PARAMETERS =
      Set.of("lastEventId", "last", "envelope", Access.PARAMETER);

  private final Access access;
  private final long graceMillis;
  private final Audience audience;
  private final StreamWriters writers;
  private final Problem problem;
  private boolean draining;

  /**
   * @param graceMillis how long a stream may go on after the end of its token
   */
  SubscribeHandler(
      Access access, long graceMillis, Audience audience, StreamWriters writers, Problem problem) {
    this.access = access;
    this.graceMillis = graceMillis;
    this.audience = audience;
    this.writers = writers;
    this.problem = problem;
  }

  /** Sends everybody who comes from now on away, to come back later. */
  void drain() {
    draining = true;
  }

  @Override
  public void handle(HttpServerRequest request) {
    try {
      checkAccepted(request);
      Query query = Query.parse(request.query(), PARAMETERS, "topic");
      List<TopicPattern> asked = asked(query);
      EventFormat.Form form = form(query);
      Start start = start(request.getHeader("Last-Event-ID"), query);
      access.admit(
          request,
          query.one(Access.PARAMETER),
          caller -> answer(request, caller, interest(asked, caller.rights()), form, start),
          refusal -> refuse(request, refusal));
    } catch (RefusedException e) {
      refuse(request, e.refusal());
    }
  }

  private void answer(
      HttpServerRequest request,
      Caller caller,
      Interest interest,
      EventFormat.Form form,
      Start start) {
    HttpServerResponse response = begin(request.response());
    if (request.method().equals(HttpMethod.HEAD)) {
      answerHead(response, interest, start);
    } else if (draining) {
      response.end(Words.closing(CloseReason.SHUTDOWN));
    } else {
      enter(request, caller, interest, form, start);
    }
  }

  /** Has those come back who may be answered later: an error status would stop a browser. */
  private void refuse(HttpServerRequest request, Refusal refusal) {
    if (refusal.status() == 503) {
      begin(request.response()).end(Words.closing(CloseReason.UNAVAILABLE));
    } else {
      problem.send(request, refusal);
    }
  }

  /** Says what a reader would be answered. */
  private void answerHead(HttpServerResponse response, Interest interest, Start start) {
    audience
        .hasEnded(interest, start)
        .onSuccess(ended -> (ended ? ResponseWriter.nothing(response) : response).end());
  }

  private static void checkAccepted(HttpServerRequest request) {
    List<String> accepts = request.headers().getAll(HttpHeaders.ACCEPT);
    if (!accepts.isEmpty() && !Accept.allows(accepts, "text", "event-stream")) {
      throw new Refusal(
              406, "This is text/event-stream: accept it, or send no Accept header at all", 0)
          .asException();
    }
  }

  private static List<TopicPattern> asked(Query query) {
    List<String> topics = query.all("topic");
    if (topics.size() > MOST_TOPICS) {
      throw Refusal.badRequest(
              "A reader names at most "
                  + MOST_TOPICS
                  + " topics, this one names "
                  + topics.size()
                  + ": use patterns, or several connections")
          .asException();
    }
    return topics.stream().map(TopicPattern::parse).toList();
  }

  /**
   * What is asked for, as far as it is allowed; who names nothing has to be allowed the default.
   */
  private Interest interest(List<TopicPattern> asked, Rights rights) {
    if (!asked.isEmpty() || rights.mayReadAll()) {
      return rights.narrow(asked);
    }
    LogDescription log = audience.log();
    if (log == null) {
      throw Refusal.unavailable("The default topic is not known yet").asException();
    }
    return rights.narrow(List.of(TopicPattern.parse(log.defaultTopic().name())));
  }

  private static EventFormat.Form form(Query query) {
    Optional<String> envelope = query.one("envelope");
    if (envelope.isPresent() && !envelope.get().equals("json")) {
      throw Refusal.badRequest("The only envelope is json: say envelope=json or leave it out")
          .asException();
    }
    return envelope.isPresent() ? EventFormat.Form.ENVELOPE : EventFormat.Form.PLAIN;
  }

  /** The header wins, since browsers send it by themselves when they come back. */
  private static Start start(@Nullable String header, Query query) {
    Optional<String> position = query.one("lastEventId");
    Optional<String> last = query.one("last");
    if (position.isPresent() && last.isPresent()) {
      throw Refusal.badRequest("Give lastEventId or last, not both").asException();
    }
    Optional<Start> asked =
        position.map(SubscribeHandler::after).or(() -> last.map(SubscribeHandler::newest));
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

  private static HttpServerResponse begin(HttpServerResponse response) {
    response
        .headers()
        .set(HttpHeaders.CONTENT_TYPE, "text/event-stream")
        .set(HttpHeaders.CACHE_CONTROL, "no-cache, no-store, no-transform")
        .set("X-Accel-Buffering", "no");
    return response.setChunked(true);
  }

  private void enter(
      HttpServerRequest request,
      Caller caller,
      Interest interest,
      EventFormat.Form form,
      Start start) {
    StreamWriter writer = writers.open(request);
    Group group = audience.group(new Group.Want(interest, form, writer.framing()));
    long end = caller.endMillis() == Caller.NEVER ? Caller.NEVER : caller.endMillis() + graceMillis;
    audience.enter(new EventStream(group, start, writer, caller, end));
  }
}
