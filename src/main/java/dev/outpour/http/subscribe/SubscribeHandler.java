package dev.outpour.http;

import dev.outpour.auth.Caller;
import dev.outpour.auth.Rights;
import dev.outpour.broadcast.LogMessage.LogDescription;
import dev.outpour.http.Tally.Seat;
import dev.outpour.metrics.Limit;
import dev.outpour.metrics.Metrics;
import dev.outpour.update.Interest;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Start;
import dev.outpour.update.Topic;
import dev.outpour.update.TopicPattern;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Set;

/**
 * Answers {@code GET /events}: reads what is asked for and hands the response to the audience.
 * After that nothing here remembers the request. For use on one event loop.
 */
final class SubscribeHandler implements Handler<HttpServerRequest> {

  private final Access access;
  private final long graceMillis;
  private final boolean watchable;
  private final boolean presence;
  private final Node node;
  private final NodeStatus status;
  private final Presence presences;
  private final Audience audience;
  private final StreamWriters writers;
  private final Limits limits;
  private final Clients clients;
  private final AccessLog visits;
  private final Problem problem;
  private final Metrics metrics;
  private boolean draining;

  /**
   * @param graceMillis how long a stream may go on after the end of its token
   * @param watchable whether it is told here how the hub is
   * @param presence whether it is told here how many readers topics have
   */
  SubscribeHandler(
      Access access,
      long graceMillis,
      boolean watchable,
      boolean presence,
      Node node,
      NodeStatus status,
      Presence presences,
      Audience audience,
      StreamWriters writers,
      Limits limits,
      Clients clients,
      AccessLog visits,
      Problem problem,
      Metrics metrics) {
    this.access = access;
    this.graceMillis = graceMillis;
    this.watchable = watchable;
    this.presence = presence;
    this.node = node;
    this.status = status;
    this.presences = presences;
    this.audience = audience;
    this.writers = writers;
    this.limits = limits;
    this.clients = clients;
    this.visits = visits;
    this.problem = problem;
    this.metrics = metrics;
  }

  /** Sends everybody who comes from now on away, to come back later. */
  void drain() {
    draining = true;
  }

  /** Whether it does. */
  boolean isDraining() {
    return draining;
  }

  @Override
  public void handle(HttpServerRequest request) {
    Subscription asked;
    try {
      checkAccepted(request);
      asked = Subscription.of(request);
      checkTopics(asked.topics());
    } catch (RefusedException e) {
      problem.send(request, e.refusal());
      return;
    }
    try {
      access.admit(
          request,
          asked.token(),
          caller -> answer(request, caller, asked, interest(asked, caller)),
          refusal -> refuse(request, asked, refusal));
    } catch (RefusedException e) {
      refuse(request, asked, e.refusal());
    }
  }

  private void answer(
      HttpServerRequest request, Caller caller, Subscription asked, Interest interest) {
    if (!ResponseWriter.channel(request.connection()).isOpen()) {
      // Its turn came after its connection had closed, which nobody would tell it of any more.
      return;
    }
    HttpServerResponse response = begin(request.response());
    if (request.method().equals(HttpMethod.HEAD)) {
      answerHead(request, response, interest, asked);
    } else if (draining) {
      visits.ending(request, CloseReason.SHUTDOWN);
      response.end(Words.closing(CloseReason.SHUTDOWN, asked.position()));
    } else {
      enter(request, caller, asked, interest);
    }
  }

  /** Has those come back who may be answered later: an error status would stop a browser. */
  private void refuse(HttpServerRequest request, Subscription asked, Refusal refusal) {
    if (refusal.status() == 503) {
      visits.ending(request, CloseReason.UNAVAILABLE);
      HttpServerResponse response = begin(request.response());
      if (request.method().equals(HttpMethod.HEAD)) {
        response.end();
      } else {
        response.end(Words.closing(CloseReason.UNAVAILABLE, asked.position()));
      }
    } else {
      problem.send(request, refusal);
    }
  }

  /** Says what a reader would be answered. */
  private void answerHead(
      HttpServerRequest request,
      HttpServerResponse response,
      Interest interest,
      Subscription asked) {
    if (asked.isReserved()) {
      response.end();
      return;
    }
    Start start = asked.start();
    audience
        .hasEnded(interest, start, asker(request))
        .onSuccess(ended -> (ended ? ResponseWriter.nothing(response) : response).end());
  }

  /** Whose turn is taken when the log is asked something. */
  private Object asker(HttpServerRequest request) {
    Network address = clients.of(request);
    return address == null ? clients.shown(request) : address;
  }

  private void checkTopics(List<TopicPattern> named) {
    int most = limits.topicsPerRead();
    if (named.size() > most) {
      metrics.limited(Limit.TOPICS);
      throw Refusal.badRequest(
              "A reader names at most "
                  + most
                  + " topics, this one names "
                  + named.size()
                  + ": use patterns, or several connections")
          .asException();
    }
    long patterns = named.stream().filter(each -> !each.isExact()).count();
    if (patterns > limits.patternsPerRead()) {
      metrics.limited(Limit.PATTERNS);
      throw Refusal.badRequest(
              "A reader names at most "
                  + limits.patternsPerRead()
                  + " patterns, this one names "
                  + patterns
                  + ": use wider ones, or several connections")
          .asException();
    }
  }

  private static void checkAccepted(HttpServerRequest request) {
    List<String> accepts = request.headers().getAll(HttpHeaders.ACCEPT);
    if (!accepts.isEmpty() && !Accept.allows(accepts, "text", "event-stream")) {
      throw new Refusal(
              406, "This is text/event-stream: accept it, or send no Accept header at all", 0)
          .asException();
    }
  }

  /**
   * What is asked for, as far as it is allowed. Who names nothing has to be allowed the default.
   */
  private Interest interest(Subscription subscription, Caller caller) {
    List<TopicPattern> asked = subscription.topics();
    Rights rights = caller.rights();
    if (subscription.isReserved()) {
      checkWatch(asked, caller);
      return Interest.of(asked);
    }
    if (!asked.isEmpty() || rights.mayReadAll()) {
      return rights.narrow(asked);
    }
    LogDescription log = audience.log();
    if (log == null) {
      throw Refusal.unavailable("The default topic is not known yet").asException();
    }
    return rights.narrow(List.of(TopicPattern.parse(log.defaultTopic().name())));
  }

  private void checkWatch(List<TopicPattern> asked, Caller caller) {
    for (TopicPattern each : asked) {
      boolean status = each.toString().equals(Topic.STATUS.name());
      if (status ? !watchable : !presence) {
        throw Refusal.badRequest(
                "The topic '"
                    + each
                    + "' is not served here: "
                    + (status ? "add console to http.serve" : "set http.presence to true")
                    + " if it should be")
            .asException();
      }
      if (!caller.rights().mayWatch(each)) {
        access.checkOperate(caller, "read how the hub is");
      }
    }
  }

  /** Of which topics a reader may be told: an update may have gone to others too. */
  private static Set<TopicPattern> known(Rights rights, EventFormat.Form form) {
    return form == EventFormat.Form.PLAIN || rights.mayReadAll() ? Set.of() : rights.subscribe();
  }

  private static HttpServerResponse begin(HttpServerResponse response) {
    response
        .headers()
        .set(HttpHeaders.CONTENT_TYPE, "text/event-stream;charset=utf-8")
        .set(HttpHeaders.CACHE_CONTROL, "no-cache, no-store, no-transform")
        .set("X-Accel-Buffering", "no");
    return response.setChunked(true);
  }

  private void enter(
      HttpServerRequest request, Caller caller, Subscription asked, Interest interest) {
    if (limits.memory().isTight()) {
      sendAway(request, asked, Limit.MEMORY, CloseReason.OVERLOAD);
      return;
    }
    if (limits.isCrowded()) {
      limits.log().add(Limit.CONNECTIONS, limits.mostConnections(), clients.shown(request));
      sendAway(request, asked, Limit.CONNECTIONS, CloseReason.LIMIT);
      return;
    }
    Network address = clients.of(request);
    Seat seat = limits.streams().take(address);
    if (seat == null) {
      limits.log().add(Limit.STREAMS, limits.streams().most(), clients.shown(request));
      sendAway(request, asked, Limit.STREAMS, CloseReason.LIMIT);
      return;
    }
    Seat ofName = limits.streamsByName().take(address == null ? null : caller.name());
    if (ofName == null) {
      seat.leave();
      String name = caller.name() + " at " + clients.shown(request);
      limits.log().add(Limit.IDENTITY, limits.streamsByName().most(), name);
      sendAway(request, asked, Limit.IDENTITY, CloseReason.LIMIT);
      return;
    }
    StreamWriter writer = writers.open(request);
    Group group =
        audience.group(
            new Group.Want(
                interest, asked.form(), writer.framing(), known(caller.rights(), asked.form())));
    long end = caller.endMillis() == Caller.NEVER ? Caller.NEVER : caller.endMillis() + graceMillis;
    EventStream stream = new EventStream(group, asked.start(), writer, caller, end);
    Seat all = Seat.both(Seat.both(seat, ofName), presences.watch(interest.topics()));
    stream.seat = visits.watch(request, all);
    stream.asker = asker(request);
    stream.number = node.nextNumber();
    audience.enter(stream);
    if (interest.topics().contains(Topic.STATUS)) {
      status.watched();
    }
  }

  /** It comes back later, on another connection: this one makes room, unless others share it. */
  private void sendAway(
      HttpServerRequest request, Subscription asked, Limit limit, CloseReason reason) {
    Buffer last = Words.closing(reason, asked.position());
    metrics.limited(limit);
    visits.ending(request, reason);
    if (Lane.isShared(request)) {
      request.response().end(last);
      return;
    }
    LastAnswer.say(request);
    request.response().end(last).onComplete(sent -> request.connection().close());
  }
}
