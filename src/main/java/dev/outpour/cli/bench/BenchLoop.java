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
 * The readers and publishers of one event loop. What is asked of it from elsewhere is done on that
 * loop, and its futures complete there.
 */
final class BenchLoop {
  private static final int OPEN_SECONDS = 30;

  private final BenchRun run;
  private final ContextInternal context;
  private final LoopStats tally;
  private final List<BenchReader> readers = new ArrayList<>();
  private final List<NetClient> clientOfReader = new ArrayList<>();
  private final List<BenchPublisher> publishers = new ArrayList<>();
  private int nextReader;

  BenchLoop(BenchRun run, ContextInternal context) {
    this.run = run;
    this.context = context;
    this.tally = new LoopStats(run.timeline());
  }

  LoopStats tally() {
    return tally;
  }

  /** Adds one, before anything is started. */
  void addReader(int index, NetClient client) {
    readers.add(new BenchReader(run, index % run.plan().topics(), tally));
    clientOfReader.add(client);
  }

  /** Adds one, before anything is started. */
  void addPublisher(int index, NetClient client) {
    publishers.add(new BenchPublisher(run, index, context.nettyEventLoop(), client, tally));
  }

  /**
   * Connects the readers; fails as soon as one cannot.
   *
   * @param atOnce how many connect at the same time
   */
  Future<Void> connect(int atOnce) {
    Promise<Void> all = Promise.promise();
    context.runOnContext(
        start -> {
          for (int i = 0; i < Math.min(atOnce, readers.size()); i++) {
            connectNext(all);
          }
          completeIfConnected(all);
        });
    return all.future();
  }

  private void connectNext(Promise<Void> all) {
    if (nextReader == readers.size()) {
      completeIfConnected(all);
      return;
    }
    int reader = nextReader++;
    readers
        .get(reader)
        .open(clientOfReader.get(reader))
        .timeout(OPEN_SECONDS, TimeUnit.SECONDS)
        .onSuccess(
            opened -> {
              tally.connected.increment();
              connectNext(all);
            })
        .onFailure(all::tryFail);
  }

  private void completeIfConnected(Promise<Void> all) {
    if (tally.connected.sum() == readers.size()) {
      all.tryComplete();
    }
  }

  /** Has the publishers publish; completes when they are done. */
  Future<Void> publish() {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        start ->
            Future.all(publishers.stream().map(BenchPublisher::publish).toList())
                .<Void>mapEmpty()
                .onComplete(done));
    return done.future();
  }

  /** Has the publishers wait for no answer any more. */
  void giveUp() {
    context.runOnContext(start -> publishers.forEach(BenchPublisher::finish));
  }

  /** Asks all readers for a number. */
  Future<Long> sum(ToLongFunction<BenchReader> count) {
    Promise<Long> sum = Promise.promise();
    context.runOnContext(start -> sum.complete(readers.stream().mapToLong(count).sum()));
    return sum.future();
  }
}
