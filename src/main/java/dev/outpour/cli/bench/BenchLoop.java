package dev.outpour.cli.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.NetClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * The subscribers and publishers of one event loop. Any thread may call it; the work runs on that
 * loop, and the futures complete there.
 */
final class BenchLoop {
  private static final int OPEN_SECONDS = 30;

  private final BenchRun run;
  private final ContextInternal context;
  private final LoopStats stats;
  private final List<BenchSubscriber> subscribers = new ArrayList<>();
  private final List<NetClient> clientOfSubscriber = new ArrayList<>();
  private final List<BenchPublisher> publishers = new ArrayList<>();
  private int nextSubscriber;

  BenchLoop(BenchRun run, ContextInternal context) {
    this.run = run;
    this.context = context;
    this.stats = new LoopStats(run.time());
  }

  LoopStats stats() {
    return stats;
  }

  /** Adds a subscriber; called before anything is started. */
  void addSubscriber(int index, NetClient client) {
    subscribers.add(new BenchSubscriber(run, index % run.plan().load().topics(), stats));
    clientOfSubscriber.add(client);
  }

  /** Adds a publisher; called before anything is started. */
  void addPublisher(int index, NetClient client) {
    publishers.add(new BenchPublisher(run, index, context.nettyEventLoop(), client, stats));
  }

  /**
   * Connects the subscribers; fails as soon as one cannot connect.
   *
   * @param atOnce how many connect concurrently
   */
  Future<Void> connect(int atOnce) {
    Promise<Void> all = Promise.promise();
    context.runOnContext(
        start -> {
          for (int i = 0; i < Math.min(atOnce, subscribers.size()); i++) {
            connectNext(all);
          }
          completeIfConnected(all);
        });
    return all.future();
  }

  private void connectNext(Promise<Void> all) {
    if (nextSubscriber == subscribers.size()) {
      completeIfConnected(all);
      return;
    }
    int subscriber = nextSubscriber++;
    subscribers
        .get(subscriber)
        .open(clientOfSubscriber.get(subscriber))
        .timeout(OPEN_SECONDS, TimeUnit.SECONDS)
        .onSuccess(
            opened -> {
              stats.count(Counter.CONNECTED);
              connectNext(all);
            })
        .onFailure(all::tryFail);
  }

  private void completeIfConnected(Promise<Void> all) {
    if (stats.get(Counter.CONNECTED) == subscribers.size()) {
      all.tryComplete();
    }
  }

  /** Starts the publishers; completes when they are done. */
  Future<Void> publish() {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        start ->
            Future.all(publishers.stream().map(BenchPublisher::publish).toList())
                .<Void>mapEmpty()
                .onComplete(done));
    return done.future();
  }

  /** Stops the publishers without waiting for answers. */
  void giveUp() {
    context.runOnContext(start -> publishers.forEach(BenchPublisher::finish));
  }

  /** Sums a number over all subscribers. */
  Future<Long> sum(ToLongFunction<BenchSubscriber> count) {
    Promise<Long> sum = Promise.promise();
    context.runOnContext(start -> sum.complete(subscribers.stream().mapToLong(count).sum()));
    return sum.future();
  }
}
