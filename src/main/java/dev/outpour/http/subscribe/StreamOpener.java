package dev.outpour.http.subscribe;

import dev.outpour.auth.Caller;
import dev.outpour.auth.Rights;
import dev.outpour.http.delivery.InterestGroup;
import dev.outpour.http.delivery.Subscriber;
import dev.outpour.http.delivery.Subscribers;
import dev.outpour.http.limit.ClientQuota.Permit;
import dev.outpour.http.stream.StreamWriter;
import dev.outpour.http.stream.StreamWriters;
import dev.outpour.sse.EventEncoder;
import dev.outpour.update.Interest;
import dev.outpour.update.TopicPattern;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Turns a response into the stream of a subscriber. For use on one event loop.
 *
 * @param writers choose how events are written
 * @param numbers gives each subscriber its number
 * @param graceMillis how long a stream may go on after its token has expired
 */
public record StreamOpener(
    Subscribers subscribers, StreamWriters writers, LongSupplier numbers, long graceMillis) {

  /**
   * Opens the stream of a subscriber.
   *
   * @param asker in whose name the log is queried
   * @param permit released when the stream ends
   */
  void open(
      HttpServerRequest request,
      Caller caller,
      SubscribeRequest asked,
      Interest interest,
      Object asker,
      Permit permit) {
    StreamWriter writer = writers.open(request);
    InterestGroup group =
        subscribers.group(
            new InterestGroup.Want(
                interest, asked.form(), writer.framing(), readable(caller.rights(), asked.form())));
    long end = caller.endMillis() == Caller.NEVER ? Caller.NEVER : caller.endMillis() + graceMillis;
    Subscriber.Admitted admitted =
        new Subscriber.Admitted(caller, end, asker, numbers.getAsLong(), permit::release);
    subscribers.enter(new Subscriber(group, asked.start(), writer, admitted));
  }

  /** The topics that a subscriber may see: an update may have other topics, too; empty: all. */
  private static Set<TopicPattern> readable(Rights rights, EventEncoder.Form form) {
    return form == EventEncoder.Form.PLAIN || rights.mayReadAll() ? Set.of() : rights.subscribe();
  }
}
