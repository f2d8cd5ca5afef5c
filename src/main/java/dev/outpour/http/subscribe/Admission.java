package dev.outpour.http.subscribe;

import dev.outpour.auth.Caller;
import dev.outpour.http.connection.FinalResponse;
import dev.outpour.http.limit.ClientKey;
import dev.outpour.http.limit.ClientLimits;
import dev.outpour.http.limit.ClientQuota.Permit;
import dev.outpour.http.limit.Limits;
import dev.outpour.http.request.AccessLog;
import dev.outpour.http.socket.Sockets;
import dev.outpour.http.stream.ControlEvents;
import dev.outpour.metrics.CloseReason;
import dev.outpour.metrics.Limit;
import dev.outpour.update.Refusal;
import dev.outpour.update.TopicPattern;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether there is room for a subscriber: in memory, connections, and the quotas of its
 * address and name. For use on one event loop.
 */
final class Admission {

  private final ClientLimits client;
  private final Limits limits;
  private final AccessLog accessLog;

  Admission(ClientLimits client, AccessLog accessLog) {
    this.client = client;
    this.limits = client.limits();
    this.accessLog = accessLog;
  }

  /**
   * Checks how many topics and patterns a request names.
   *
   * @throws dev.outpour.update.RefusedException with status 400 if there are too many
   */
  void checkTopics(List<TopicPattern> topics) {
    if (topics.size() > limits.maxTopics()) {
      client.metrics().limited(Limit.TOPICS);
      throw tooMany("topics", limits.maxTopics(), topics.size(), "patterns");
    }
    long patterns = topics.stream().filter(each -> !each.isExact()).count();
    if (patterns > limits.maxPatterns()) {
      client.metrics().limited(Limit.PATTERNS);
      throw tooMany("patterns", limits.maxPatterns(), patterns, "wider ones");
    }
  }

  private static RuntimeException tooMany(String what, int max, long count, String instead) {
    return Refusal.badRequest(
            "A subscriber may name at most "
                + max
                + " "
                + what
                + ", this one names "
                + count
                + ": use "
                + instead
                + ", or several connections")
        .asException();
  }

  /**
   * Admits a subscriber, or ends its response with the reason.
   *
   * @return what the subscriber holds, to be released when its stream ends; null if it was rejected
   */
  @Nullable Permit admit(HttpServerRequest request, Caller caller, SubscribeRequest asked) {
    if (limits.memory().isTight()) {
      return reject(request, asked, Limit.MEMORY, CloseReason.OVERLOAD);
    }
    if (limits.isCrowded()) {
      limits.log().add(Limit.CONNECTIONS, limits.maxConnections(), shown(request));
      return reject(request, asked, Limit.CONNECTIONS, CloseReason.LIMIT);
    }
    ClientKey address = client.addresses().of(request);
    Permit ofAddress = limits.streams().acquire(address);
    if (ofAddress == null) {
      limits.log().add(Limit.STREAMS, limits.streams().max(), shown(request));
      return reject(request, asked, Limit.STREAMS, CloseReason.LIMIT);
    }
    Permit ofName = limits.streamsByName().acquire(address == null ? null : caller.name());
    if (ofName == null) {
      ofAddress.release();
      String name = caller.name() + " at " + shown(request);
      limits.log().add(Limit.IDENTITY, limits.streamsByName().max(), name);
      return reject(request, asked, Limit.IDENTITY, CloseReason.LIMIT);
    }
    return Permit.both(ofAddress, ofName);
  }

  private String shown(HttpServerRequest request) {
    return client.addresses().shown(request);
  }

  /** The client comes back on another connection: this one is closed, unless others share it. */
  private @Nullable Permit reject(
      HttpServerRequest request, SubscribeRequest asked, Limit limit, CloseReason reason) {
    Buffer last = ControlEvents.closing(reason, asked.position());
    client.metrics().limited(limit);
    accessLog.ending(request, reason);
    if (Sockets.isShared(request)) {
      request.response().end(last);
    } else {
      FinalResponse.set(request);
      request.response().end(last).onComplete(sent -> request.connection().close());
    }
    return null;
  }
}
