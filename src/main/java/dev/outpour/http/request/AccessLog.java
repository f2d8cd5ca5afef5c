package dev.outpour.http.request;

import dev.outpour.auth.Caller;
import dev.outpour.http.connection.FinalResponse;
import dev.outpour.http.limit.ClientAddresses;
import dev.outpour.http.limit.ClientQuota.Seat;
import dev.outpour.http.response.RequestIds;
import dev.outpour.http.socket.Sockets;
import dev.outpour.logging.EscapedText;
import dev.outpour.metrics.CloseReason;
import io.netty.channel.Channel;
import io.netty.util.Attribute;
import io.netty.util.AttributeKey;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Says in the log who asked for what and what came of it, a line for each request when it is done
 * with, and for a stream when it has ended; unless it is off. Of a query only those values are
 * shown that cannot be secrets. For use on one event loop.
 */
public final class AccessLog {

  private static final Logger log = LoggerFactory.getLogger(AccessLog.class);

  private static final int MOST_TARGET = 512;
  private static final Set<String> SHOWN =
      Set.of("topic", "event", "end", "last", "lastEventId", "envelope");

  private static final AttributeKey<Set<HttpServerResponse>> ANSWERS =
      AttributeKey.valueOf("outpour.answers");

  private final boolean on;
  private final ClientAddresses clients;
  private final IdentityHashMap<HttpServerResponse, Visit> visits = new IdentityHashMap<>();

  public AccessLog(boolean on, ClientAddresses clients) {
    this.on = on;
    this.clients = clients;
  }

  /** A request that is being answered. */
  private static final class Visit {
    final String method;
    final String target;
    final String address;
    final long begunNanos = System.nanoTime();
    @Nullable String name;
    String ending = "";

    Visit(String method, String target, String address) {
      this.method = method;
      this.target = target;
      this.address = address;
    }

    void tell(String status, String what, @Nullable String request) {
      LoggingEventBuilder line = log.atInfo();
      (request == null ? line : line.addKeyValue("request", request))
          .log(
              "{} {} {}, {} {} ms, from {} as {}{}{}",
              method,
              target,
              status,
              what,
              TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunNanos),
              address,
              name == null ? "nobody" : name,
              request == null ? "" : ", request " + request,
              ending);
    }
  }

  /** Watches what becomes of requests that somebody answers. */
  public Handler<HttpServerRequest> watch(Handler<HttpServerRequest> answers) {
    return on
        ? request -> {
          begin(request);
          answers.handle(request);
        }
        : answers;
  }

  private void begin(HttpServerRequest request) {
    if (!Sockets.of(request).isOpen() || FinalResponse.isSaid(request)) {
      // It waited for its turn until its connection had closed, or was to: its end may not be told.
      return;
    }
    HttpServerResponse response = request.response();
    Set<HttpServerResponse> open = answersOf(Sockets.of(request));
    open.add(response);
    visits.put(
        response,
        new Visit(
            EscapedText.shown(request.method().name()),
            EscapedText.shown(target(request), MOST_TARGET),
            clients.shown(request)));
    response.endHandler(
        ended -> {
          open.remove(response);
          end(response);
        });
  }

  /**
   * The answers of a connection that are on their way. Of those that are left when it closes,
   * nobody else tells the end: so it is where a client leaves while a file is looked for.
   */
  private Set<HttpServerResponse> answersOf(Channel connection) {
    Attribute<Set<HttpServerResponse>> answers = connection.attr(ANSWERS);
    Set<HttpServerResponse> known = answers.get();
    if (known == null) {
      Set<HttpServerResponse> begun = Collections.newSetFromMap(new IdentityHashMap<>(2));
      answers.set(begun);
      connection.closeFuture().addListener(closed -> List.copyOf(begun).forEach(this::end));
      return begun;
    }
    return known;
  }

  private void end(HttpServerResponse response) {
    Visit visit = visits.remove(response);
    if (visit != null) {
      visit.ending += response.ended() ? "" : ", who left before";
      visit.tell(
          status(response), response.bytesWritten() + " bytes in", RequestIds.given(response));
    }
  }

  /** What was answered; a dash if nothing was, or by a guard of the connection. */
  private static String status(HttpServerResponse response) {
    return response.ended() || response.headWritten()
        ? Integer.toString(response.getStatusCode())
        : "-";
  }

  /** Who it turned out to be. */
  void name(HttpServerRequest request, Caller caller) {
    Visit visit = visits.get(request.response());
    String name = caller.name();
    if (visit != null && name != null) {
      visit.name = EscapedText.shown(name);
    }
  }

  /** Why a reader was sent away, or a stream has ended. */
  public void ending(HttpServerRequest request, CloseReason reason) {
    Visit visit = visits.get(request.response());
    if (visit != null) {
      visit.ending = ": " + reason.word();
    }
  }

  /** What a stream is to give back when it ends, so that its end is seen. */
  public Seat watch(HttpServerRequest request, Seat seat) {
    Visit visit = visits.remove(request.response());
    if (visit == null) {
      return seat;
    }
    answersOf(Sockets.of(request)).remove(request.response());
    return new Seat() {
      @Override
      public void leave() {
        seat.leave();
      }

      @Override
      public void leave(CloseReason reason) {
        leave();
        visit.ending = ": " + reason.word();
        visit.tell("200", "a stream of", null);
      }
    };
  }

  /** The path and the query, without values that could be secrets. */
  private static String target(HttpServerRequest request) {
    String query = request.query();
    String path = String.valueOf(request.path());
    return query == null || query.isEmpty()
        ? path
        : path
            + List.of(query.split("&", -1)).stream()
                .map(AccessLog::parameter)
                .collect(Collectors.joining("&", "?", ""));
  }

  private static String parameter(String pair) {
    int equals = pair.indexOf('=');
    String name = equals < 0 ? "" : pair.substring(0, equals);
    if (SHOWN.contains(name)) {
      return pair;
    }
    // Without a name, or under one that nobody knows, it may be anything.
    return name.equals(RequestAuthenticator.PARAMETER) || name.equals("key") ? name + "=*" : "*";
  }
}
