package dev.outpour.http.request;

import dev.outpour.auth.Caller;
import dev.outpour.http.connection.FinalResponse;
import dev.outpour.http.limit.ClientAddresses;
import dev.outpour.http.limit.ClientQuota.Permit;
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
 * Logs each request when it has been answered, and each stream when it has ended, unless the log is
 * off. It shows only those values of a query that cannot be secrets. For use on one event loop.
 */
public final class AccessLog {

  private static final Logger log = LoggerFactory.getLogger(AccessLog.class);

  private static final int MAX_TARGET = 512;
  private static final Set<String> SHOWN =
      Set.of("topic", "event", "end", "last", "lastEventId", "envelope");

  private static final AttributeKey<Set<HttpServerResponse>> RESPONSES =
      AttributeKey.valueOf("outpour.answers");

  private final boolean on;
  private final ClientAddresses addresses;
  private final IdentityHashMap<HttpServerResponse, Entry> entries = new IdentityHashMap<>();

  public AccessLog(boolean on, ClientAddresses addresses) {
    this.on = on;
    this.addresses = addresses;
  }

  /** A request that is being answered. */
  private static final class Entry {
    final String method;
    final String target;
    final String address;
    final long begunNanos = System.nanoTime();
    @Nullable String name;
    String ending = "";

    Entry(String method, String target, String address) {
      this.method = method;
      this.target = target;
      this.address = address;
    }

    void write(String status, String what, @Nullable String request) {
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

  /** Wraps a handler, so that its requests are logged. */
  public Handler<HttpServerRequest> watch(Handler<HttpServerRequest> handler) {
    return on
        ? request -> {
          begin(request);
          handler.handle(request);
        }
        : handler;
  }

  private void begin(HttpServerRequest request) {
    if (!Sockets.of(request).isOpen() || FinalResponse.isSet(request)) {
      // A pipelined request on a connection that has ended: Vert.x may not report its end.
      return;
    }
    HttpServerResponse response = request.response();
    Set<HttpServerResponse> open = responsesOf(Sockets.of(request));
    open.add(response);
    entries.put(
        response,
        new Entry(
            EscapedText.shown(request.method().name()),
            EscapedText.shown(target(request), MAX_TARGET),
            addresses.shown(request)));
    response.endHandler(
        ended -> {
          open.remove(response);
          end(response);
        });
  }

  /**
   * The unfinished responses of a connection. Vert.x does not report the end of all of them when
   * the connection closes, such as of one whose file is still being looked up.
   */
  private Set<HttpServerResponse> responsesOf(Channel connection) {
    Attribute<Set<HttpServerResponse>> responses = connection.attr(RESPONSES);
    Set<HttpServerResponse> known = responses.get();
    if (known == null) {
      Set<HttpServerResponse> begun = Collections.newSetFromMap(new IdentityHashMap<>(2));
      responses.set(begun);
      connection.closeFuture().addListener(closed -> List.copyOf(begun).forEach(this::end));
      return begun;
    }
    return known;
  }

  private void end(HttpServerResponse response) {
    Entry entry = entries.remove(response);
    if (entry != null) {
      entry.ending += response.ended() ? "" : ", client left early";
      entry.write(
          status(response), response.bytesWritten() + " bytes in", RequestIds.given(response));
    }
  }

  /** The status; a dash if nothing was answered, or if a guard of the connection answered. */
  private static String status(HttpServerResponse response) {
    return response.ended() || response.headWritten()
        ? Integer.toString(response.getStatusCode())
        : "-";
  }

  /** Notes the caller of a request. */
  void name(HttpServerRequest request, Caller caller) {
    Entry entry = entries.get(request.response());
    String name = caller.name();
    if (entry != null && name != null) {
      entry.name = EscapedText.shown(name);
    }
  }

  /** Notes why a subscriber was rejected. */
  public void ending(HttpServerRequest request, CloseReason reason) {
    Entry entry = entries.get(request.response());
    if (entry != null) {
      entry.ending = ": " + reason.word();
    }
  }

  /** Wraps the permit that a stream releases when it ends, so that its end is logged. */
  public Permit watch(HttpServerRequest request, Permit permit) {
    Entry entry = entries.remove(request.response());
    if (entry == null) {
      return permit;
    }
    responsesOf(Sockets.of(request)).remove(request.response());
    return new Permit() {
      @Override
      public void release() {
        permit.release();
      }

      @Override
      public void release(CloseReason reason) {
        release();
        entry.ending = ": " + reason.word();
        entry.write("200", "a stream of", null);
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
    // A value with an unknown name, or with none, may be anything.
    return name.equals(Query.ACCESS_TOKEN) || name.equals("key") ? name + "=*" : "*";
  }
}
