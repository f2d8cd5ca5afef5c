package dev.outpour.http;

import dev.outpour.broadcast.LogMessage;
import dev.outpour.update.Topic;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.Shareable;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Says how many readers topics have on all nodes, to those of this node who want to know: when they
 * come, and when it has changed, once a second at most. While nobody wants to, it does nothing.
 * There is one per Vert.x, until Vert.x closes. It may be used from any thread.
 */
final class Presence implements Shareable {

  private static final long EVERY_MILLIS = 1_000;

  private final Vertx vertx;
  private final Node node;
  private final Context context;

  /** What was told last; known to the context alone. */
  private final Map<Topic, Integer> told = new HashMap<>();

  private boolean running;
  private long watched;
  private long seen;

  private Presence(VertxInternal vertx) {
    this.vertx = vertx;
    this.node = Node.of(vertx);
    // One of its own: that of a verticle would end with it.
    this.context =
        vertx.contextBuilder().withEventLoop(vertx.getOrCreateContext().nettyEventLoop()).build();
  }

  /** The one of this Vert.x. */
  static Presence of(Vertx vertx) {
    return vertx
        .sharedData()
        .<String, Presence>getLocalMap("outpour.presence")
        .computeIfAbsent("here", key -> new Presence((VertxInternal) vertx));
  }

  /** Begins to tell, if it does not, as somebody has come to read it. */
  synchronized void watched() {
    watched++;
    if (!running) {
      running = true;
      context.runOnContext(turn -> tellLater());
    }
  }

  private void tellLater() {
    vertx.setTimer(EVERY_MILLIS, fired -> look());
  }

  private void look() {
    long before = calls();
    node.ask(vertx, audience -> audience.notices().presences())
        .onSuccess(
            all -> {
              Set<Topic> wanted = new HashSet<>();
              all.forEach(wanted::addAll);
              if (wanted.isEmpty() && stops(before)) {
                told.clear();
                return;
              }
              if (before != seen) {
                // Who has come since has been told nothing yet.
                told.clear();
                seen = before;
              }
              told.keySet().retainAll(wanted);
              count(wanted);
            });
  }

  private void count(Set<Topic> wanted) {
    Nodes.of(vertx)
        .askAll(new LogMessage.CountReaders(wanted))
        .onSuccess(
            answers -> {
              for (Topic topic : wanted) {
                int readers = 0;
                for (JsonObject answer : answers.answers()) {
                  readers += answer.getInteger(topic.name(), 0);
                }
                tell(topic, readers);
              }
            })
        .onComplete(done -> tellLater());
  }

  private void tell(Topic topic, int readers) {
    Integer before = told.put(topic, readers);
    if (before == null || before != readers) {
      String data = new JsonObject().put("topic", topic.name()).put("readers", readers).encode();
      Notice notice = new Notice(topic.presence(), Instant.now(), data);
      node.each(audience -> audience.notices().tell(notice));
    }
  }

  private synchronized long calls() {
    return watched;
  }

  /** Stops, unless somebody has come since. */
  private synchronized boolean stops(long before) {
    running = watched != before;
    return !running;
  }
}
