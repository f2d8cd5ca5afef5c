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
 * This process as a node: its name, and the subscribers of all its event loops. There is one per
 * Vert.x. Thread-safe.
 */
public final class LocalNode implements Shareable {

  /** How long an event loop may take to answer. */
  private static final long ANSWER_MILLIS = 1_000;

  private static final int NAME_LENGTH = 8;

  /** The number of names of eight letters and digits. */
  private static final long NAMES = 36L * 36 * 36 * 36 * 36 * 36 * 36 * 36;

  private record Loop(Context context, Subscribers subscribers) {}

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

  /** The name of a node of a cluster: the beginning of its id in Vert.x. */
  static String nameOf(String clusterId) {
    String letters = clusterId.replace("-", "");
    return letters.substring(0, Math.min(NAME_LENGTH, letters.length()));
  }

  /** The node of this Vert.x. */
  public static LocalNode of(Vertx vertx) {
    return PerVertx.get(vertx, LocalNode.class, () -> new LocalNode((VertxInternal) vertx));
  }

  /** Its name: eight letters and digits, new at each start. */
  String name() {
    return name;
  }

  /** How long it has been running. */
  double uptimeSeconds() {
    return (System.nanoTime() - begunNanos) / 1e9;
  }

  /**
   * The number of a new subscriber: the microseconds since 1970, or one more than the last number
   * if that is not smaller.
   */
  public long nextNumber() {
    long now = begunMicros + TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begunNanos);
    return newest.updateAndGet(last -> Math.max(last + 1, now));
  }

  /** Adds the subscribers of the caller's event loop. */
  public void join(Context context, Subscribers subscribers) {
    loops.add(new Loop(context, subscribers));
  }

  /** Removes the subscribers of an event loop. */
  public void leave(Subscribers subscribers) {
    loops.removeIf(loop -> loop.subscribers() == subscribers);
  }

  /** Runs an action on each event loop, with its subscribers. */
  void each(Consumer<Subscribers> action) {
    for (Loop loop : loops) {
      loop.context().runOnContext(turn -> action.accept(loop.subscribers()));
    }
  }

  /**
   * Asks each event loop about its subscribers.
   *
   * @return the answers that came in time, on the caller's context
   */
  public <T> Future<List<T>> ask(Vertx vertx, Function<Subscribers, T> question) {
    return askForLater(vertx, subscribers -> Future.succeededFuture(question.apply(subscribers)));
  }

  /** Asks each event loop about its subscribers; it may answer later. */
  <T> Future<List<T>> askForLater(Vertx vertx, Function<Subscribers, Future<T>> question) {
    List<Future<T>> answers = answers(vertx, question);
    return Future.join(answers)
        .otherwiseEmpty()
        .map(done -> answers.stream().filter(Future::succeeded).map(Future::result).toList());
  }

  /**
   * Searches the subscribers of each event loop in slices.
   *
   * @return what all loops found, on the caller's context; fails if one does not answer in time
   */
  <T> Future<List<T>> search(Vertx vertx, Function<Subscribers, SlicedTask.Work<T>> work) {
    List<Future<T>> answers =
        answers(
            vertx,
            subscribers ->
                SlicedTask.of(vertx, work.apply(subscribers), Deadline.in(ANSWER_MILLIS)));
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
                  question.apply(loop.subscribers()).onComplete(answer);
                } catch (RuntimeException e) {
                  answer.fail(e);
                }
              });
      answers.add(answer.future().timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS));
    }
    return answers;
  }
}
