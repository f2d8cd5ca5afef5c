package dev.outpour.http.operate;

import dev.outpour.http.delivery.Subscribers;
import dev.outpour.loop.Deadline;
import dev.outpour.loop.PerVertx;
import dev.outpour.loop.SlicedTask;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.shareddata.Shareable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * This process as others see it: its name, and the readers of all its event loops, each asked on
 * its own. There is one per Vert.x. It may be used from any thread.
 */
public final class LocalNode implements Shareable {

  /** How long a loop that is held up is waited for. */
  private static final long ANSWER_MILLIS = 1_000;

  private static final int NAME_LENGTH = 8;

  /** Names have as many signs as this has digits. */
  private static final long NAMES = 36L * 36 * 36 * 36 * 36 * 36 * 36 * 36;

  private record Loop(Context context, Subscribers audience) {}

  private final String name;
  private final long begunMicros = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
  private final long begunNanos = System.nanoTime();
  private final AtomicLong newest = new AtomicLong();
  private final List<Loop> loops = new CopyOnWriteArrayList<>();

  private LocalNode(VertxInternal vertx) {
    name =
        vertx.isClustered()
            ? nameOf(vertx.clusterManager().getNodeId())
            : String.format("%8s", Long.toString(ThreadLocalRandom.current().nextLong(NAMES), 36))
                .replace(' ', '0');
  }

  /** What a node of a cluster is called: the beginning of the name that Vert.x has for it. */
  static String nameOf(String clusterId) {
    String letters = clusterId.replace("-", "");
    return letters.substring(0, Math.min(NAME_LENGTH, letters.length()));
  }

  /** The one of this Vert.x. */
  public static LocalNode of(Vertx vertx) {
    return PerVertx.get(vertx, LocalNode.class, () -> new LocalNode((VertxInternal) vertx));
  }

  /** What it is called: eight letters and digits, others each time that it starts. */
  String name() {
    return name;
  }

  /** For how long it has been there. */
  double uptimeSeconds() {
    return (System.nanoTime() - begunNanos) / 1e9;
  }

  /**
   * A number for a reader who comes now: the microseconds since 1970, or one more than the last
   * one, if that was as much.
   */
  public long nextNumber() {
    long now = begunMicros + TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begunNanos);
    return newest.updateAndGet(last -> Math.max(last + 1, now));
  }

  /** Has the readers of the caller's event loop be part of it. */
  public void join(Context context, Subscribers audience) {
    loops.add(new Loop(context, audience));
  }

  /** Has the readers of an event loop be no part of it any more. */
  public void leave(Subscribers audience) {
    loops.removeIf(loop -> loop.audience() == audience);
  }

  /** Has each event loop do something with its readers. */
  void each(Consumer<Subscribers> what) {
    for (Loop loop : loops) {
      loop.context().runOnContext(turn -> what.accept(loop.audience()));
    }
  }

  /**
   * Asks each event loop something about its readers.
   *
   * @return the answers of those that gave one in time, on the caller's context
   */
  public <T> Future<List<T>> ask(Vertx vertx, Function<Subscribers, T> question) {
    return askForLater(vertx, audience -> Future.succeededFuture(question.apply(audience)));
  }

  /** Asks each event loop something about its readers that it may take turns to answer. */
  <T> Future<List<T>> askForLater(Vertx vertx, Function<Subscribers, Future<T>> question) {
    List<Future<T>> answers = answers(vertx, question);
    return Future.join(answers)
        .otherwiseEmpty()
        .map(done -> answers.stream().filter(Future::succeeded).map(Future::result).toList());
  }

  /**
   * Has each event loop look through its readers in slices.
   *
   * @return what all have found, on the caller's context; fails if one does not find it in time
   */
  <T> Future<List<T>> look(Vertx vertx, Function<Subscribers, SlicedTask.Work<T>> work) {
    List<Future<T>> answers =
        answers(
            vertx,
            audience -> SlicedTask.of(vertx, work.apply(audience), Deadline.in(ANSWER_MILLIS)));
    return Future.all(answers).map(done -> answers.stream().map(Future::result).toList());
  }

  private <T> List<Future<T>> answers(Vertx vertx, Function<Subscribers, Future<T>> question) {
    ContextInternal caller = (ContextInternal) vertx.getOrCreateContext();
    List<Future<T>> answers = new ArrayList<>();
    for (Loop loop : loops) {
      Promise<T> answer = caller.promise();
      loop.context()
          .runOnContext(
              turn -> {
                try {
                  question.apply(loop.audience()).onComplete(answer);
                } catch (RuntimeException e) {
                  answer.fail(e);
                }
              });
      answers.add(answer.future().timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS));
    }
    return answers;
  }
}
