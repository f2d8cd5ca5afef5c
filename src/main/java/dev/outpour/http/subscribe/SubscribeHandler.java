package dev.outpour.http.subscribe;

import dev.outpour.auth.Caller;
import dev.outpour.auth.Rights;
import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.http.connection.FinalResponse;
import dev.outpour.http.delivery.InterestGroup;
import dev.outpour.http.delivery.Subscriber;
import dev.outpour.http.delivery.Subscribers;
import dev.outpour.http.limit.ClientAddresses;
import dev.outpour.http.limit.ClientKey;
import dev.outpour.http.limit.ClientQuota.Seat;
import dev.outpour.http.limit.Limits;
import dev.outpour.http.request.AccessLog;
import dev.outpour.http.request.ProblemResponse;
import dev.outpour.http.request.RequestAuthenticator;
import dev.outpour.http.socket.Sockets;
import dev.outpour.http.stream.ControlEvents;
import dev.outpour.http.stream.ResponseWriter;
import dev.outpour.http.stream.StreamWriter;
import dev.outpour.http.stream.StreamWriters;
import dev.outpour.metrics.CloseReason;
import dev.outpour.metrics.Limit;
import dev.outpour.metrics.Metrics;
import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Interest;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import dev.outpour.update.Start;
import dev.outpour.update.TopicPattern;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Answers {@code GET /events}: reads what is asked for and hands the response to the audience.
 * After that nothing here remembers the request. For use on one event loop.
 */
public final class SubscribeHandler implements Handler<HttpServerRequest> {

  private final RequestAuthenticator access;
  private final long graceMillis;
  private final LongSupplier numbers;
  private final SystemTopics system;
  private final Subscribers audience;
  private final StreamWriters writers;
  private final Limits limits;
  private final ClientAddresses clients;
  private final AccessLog visits;
  private final ProblemResponse problem;
  private final Metrics metrics;
  private boolean draining;

  /**
   * Creates it.
   *
   * @param graceMillis how long a stream may go on after the end of its token
   * @param numbers gives each subscriber its number
   * @param system the hub's own topics
   */
  public SubscribeHandler(
      RequestAuthenticator access,
      long graceMillis,
      LongSupplier numbers,
      SystemTopics system,
      Subscribers audience,
      StreamWriters writers,
      Limits limits,
      ClientAddresses clients,
      AccessLog visits,
      ProblemResponse problem,
      Metrics metrics) {
    this.access = access;
    this.graceMillis = graceMillis;
    this.numbers = numbers;
    this.system = system;
    this.audience = audience;
    this.writers = writers;
    this.limits = limits;
    this.clients = clients;
    this.visits = visits;
    this.problem = problem;
    this.metrics = metrics;
  }

  /** Sends everybody who comes from now on away, to come back later. */
  public void drain() {
    draining = true;
  }

  /** Whether it does. */
  public boolean isDraining() {
    return draining;
  }

  @Override
  public void handle(HttpServerRequest request) {
    SubscribeRequest asked;
    try {
      checkAccepted(request);
      asked = SubscribeRequest.of(request);
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
      HttpServerRequest request, Caller caller, SubscribeRequest asked, Interest interest) {
    if (!Sockets.of(request).isOpen()) {
      // Its turn came after its connection had closed, which nobody would tell it of any more.
      return;
    }
    HttpServerResponse response = begin(request.response());
    if (request.method().equals(HttpMethod.HEAD)) {
      answerHead(request, response, interest, asked);
    } else if (draining) {
      visits.ending(request, CloseReason.SHUTDOWN);
      response.end(ControlEvents.closing(CloseReason.SHUTDOWN, asked.position()));
    } else {
      enter(request, caller, asked, interest);
    }
  }

  /** Has those come back who may be answered later: an error status would stop a browser. */
  private void refuse(HttpServerRequest request, SubscribeRequest asked, Refusal refusal) {
    if (refusal.status() == 503) {
      visits.ending(request, CloseReason.UNAVAILABLE);
      HttpServerResponse response = begin(request.response());
      if (request.method().equals(HttpMethod.HEAD)) {
        response.end();
      } else {
        response.end(ControlEvents.closing(CloseReason.UNAVAILABLE, asked.position()));
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
      SubscribeRequest asked) {
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
    ClientKey address = clients.of(request);
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
    if (!accepts.isEmpty() && !AcceptHeader.allows(accepts, "text", "event-stream")) {
      throw new Refusal(
              406, "This is text/event-stream: accept it, or send no Accept header at all", 0)
          .asException();
    }
  }

  /**
   * What is asked for, as far as it is allowed. Who names nothing has to be allowed the default.
   */
  private Interest interest(SubscribeRequest subscription, Caller caller) {
    List<TopicPattern> asked = subscription.topics();
    Rights rights = caller.rights();
    if (subscription.isReserved()) {
      system.check(asked, caller);
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

  /** Of which topics a reader may be told: an update may have gone to others too. */
  private static Set<TopicPattern> known(Rights rights, EventEncoder.Form form) {
    return form == EventEncoder.Form.PLAIN || rights.mayReadAll() ? Set.of() : rights.subscribe();
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
      HttpServerRequest request, Caller caller, SubscribeRequest asked, Interest interest) {
    if (limits.memory().isTight()) {
      sendAway(request, asked, Limit.MEMORY, CloseReason.OVERLOAD);
      return;
    }
    if (limits.isCrowded()) {
      limits.log().add(Limit.CONNECTIONS, limits.mostConnections(), clients.shown(request));
      sendAway(request, asked, Limit.CONNECTIONS, CloseReason.LIMIT);
      return;
    }
    ClientKey address = clients.of(request);
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
    InterestGroup group =
        audience.group(
            new InterestGroup.Want(
                interest, asked.form(), writer.framing(), known(caller.rights(), asked.form())));
    long end = caller.endMillis() == Caller.NEVER ? Caller.NEVER : caller.endMillis() + graceMillis;
    Seat all = Seat.both(Seat.both(seat, ofName), system.watch(interest));
    Subscriber.Admitted admitted =
        new Subscriber.Admitted(
            caller, end, asker(request), numbers.getAsLong(), visits.watch(request, all)::leave);
    audience.enter(new Subscriber(group, asked.start(), writer, admitted));
    system.entered(interest);
  }

  /** It comes back later, on another connection: this one makes room, unless others share it. */
  private void sendAway(
      HttpServerRequest request, SubscribeRequest asked, Limit limit, CloseReason reason) {
    Buffer last = ControlEvents.closing(reason, asked.position());
    metrics.limited(limit);
    visits.ending(request, reason);
    if (Sockets.isShared(request)) {
      request.response().end(last);
      return;
    }
    FinalResponse.say(request);
    request.response().end(last).onComplete(sent -> request.connection().close());
  }
}
