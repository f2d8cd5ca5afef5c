package dev.outpour.http.subscribe;

import dev.outpour.auth.Caller;
import dev.outpour.auth.Rights;
import dev.outpour.bus.LogMessage.LogDescription;
import dev.outpour.http.delivery.Subscribers;
import dev.outpour.http.limit.ClientAddresses;
import dev.outpour.http.limit.ClientKey;
import dev.outpour.http.limit.ClientLimits;
import dev.outpour.http.limit.ClientQuota.Permit;
import dev.outpour.http.request.AccessLog;
import dev.outpour.http.request.RequestChecks;
import dev.outpour.http.socket.Sockets;
import dev.outpour.http.stream.ControlEvents;
import dev.outpour.http.stream.ResponseWriter;
import dev.outpour.metrics.CloseReason;
import dev.outpour.update.Interest;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import dev.outpour.update.TopicPattern;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;

/**
 * Answers {@code GET /events}: reads what is asked for, and hands the response over to the
 * subscribers. After that nothing here refers to the request. For use on one event loop.
 */
public final class SubscribeHandler implements Handler<HttpServerRequest> {

  private final RequestChecks checks;
  private final AccessLog accessLog;
  private final ClientAddresses addresses;
  private final SystemTopics systemTopics;
  private final StreamOpener streams;
  private final Subscribers subscribers;
  private final Admission admission;
  private boolean draining;

  public SubscribeHandler(
      RequestChecks checks, ClientLimits limits, SystemTopics systemTopics, StreamOpener streams) {
    this.checks = checks;
    this.accessLog = checks.accessLog();
    this.addresses = limits.addresses();
    this.systemTopics = systemTopics;
    this.streams = streams;
    this.subscribers = streams.subscribers();
    this.admission = new Admission(limits, accessLog);
  }

  /** Rejects new subscribers from now on; they may reconnect later. */
  public void drain() {
    draining = true;
  }

  public boolean isDraining() {
    return draining;
  }

  /**
   * Answers a request.
   *
   * @throws RefusedException if the request is refused before its caller is known
   */
  @Override
  public void handle(HttpServerRequest request) {
    checkAccepted(request);
    SubscribeRequest asked = SubscribeRequest.of(request);
    admission.checkTopics(asked.topics());
    checks
        .authenticator()
        .admit(
            request,
            asked.token(),
            caller -> answer(request, caller, asked, interest(asked, caller)),
            refusal -> refuse(request, asked, refusal));
  }

  private void answer(
      HttpServerRequest request, Caller caller, SubscribeRequest asked, Interest interest) {
    if (!Sockets.of(request).isOpen()) {
      // A pipelined request on a connection that has closed: its stream would never end.
      return;
    }
    HttpServerResponse response = begin(request.response());
    if (request.method().equals(HttpMethod.HEAD)) {
      answerHead(request, response, interest, asked);
    } else if (draining) {
      close(request, asked, CloseReason.SHUTDOWN);
    } else {
      enter(request, caller, asked, interest);
    }
  }

  /** Asks the client to come back if that may help: an error status would stop a browser. */
  private void refuse(HttpServerRequest request, SubscribeRequest asked, Refusal refusal) {
    if (refusal.status() != 503) {
      checks.problems().send(request, refusal);
      return;
    }
    HttpServerResponse response = begin(request.response());
    if (request.method().equals(HttpMethod.HEAD)) {
      accessLog.ending(request, CloseReason.UNAVAILABLE);
      response.end();
    } else {
      close(request, asked, CloseReason.UNAVAILABLE);
    }
  }

  private void close(HttpServerRequest request, SubscribeRequest asked, CloseReason reason) {
    accessLog.ending(request, reason);
    request.response().end(ControlEvents.closing(reason, asked.position()));
  }

  /** Answers with the status that GET would have. */
  private void answerHead(
      HttpServerRequest request,
      HttpServerResponse response,
      Interest interest,
      SubscribeRequest asked) {
    if (asked.isReserved()) {
      response.end();
      return;
    }
    subscribers
        .hasEnded(interest, asked.start(), asker(request))
        .onSuccess(ended -> (ended ? ResponseWriter.nothing(response) : response).end());
  }

  /** In whose name the log is queried: each client gets its fair share. */
  private Object asker(HttpServerRequest request) {
    ClientKey address = addresses.of(request);
    return address == null ? addresses.shown(request) : address;
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
   * What is asked for, as far as the caller may read it. A request without a topic asks for the
   * default topic.
   */
  private Interest interest(SubscribeRequest asked, Caller caller) {
    List<TopicPattern> topics = asked.topics();
    Rights rights = caller.rights();
    if (asked.isReserved()) {
      systemTopics.check(topics, caller);
      return Interest.of(topics);
    }
    if (!topics.isEmpty() || rights.mayReadAll()) {
      return rights.narrow(topics);
    }
    LogDescription log = subscribers.log();
    if (log == null) {
      throw Refusal.unavailable("The default topic is not known yet").asException();
    }
    return rights.narrow(List.of(TopicPattern.parse(log.defaultTopic().name())));
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
    Permit permit = admission.admit(request, caller, asked);
    if (permit == null) {
      return;
    }
    Permit all = accessLog.watch(request, Permit.both(permit, systemTopics.watch(interest)));
    streams.open(request, caller, asked, interest, asker(request), all);
    systemTopics.entered(interest);
  }
}
