package dev.outpour.http.delivery;

import dev.outpour.http.PlainLog;
import dev.outpour.http.PlainLog.Line;
import dev.outpour.http.Publishing;
import dev.outpour.http.delivery.Step.Disk;
import dev.outpour.http.stream.PendingWrites;
import dev.outpour.log.LocalLog;
import dev.outpour.metrics.Metrics;
import dev.outpour.update.LogHead;
import dev.outpour.update.Position;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Does one step after the other to a log and the readers of two event loops, in the hub and on
 * paper, and compares after each. For use on the thread that it is of.
 */
final class Life {

  /** Longer than it takes all to be as it is to be in the end. */
  private static final int PATIENCE_TURNS = 400;

  /** Longer than an answer is waited for that the owner, as it went, did not give. */
  private static final int PATIENCE_MILLIS = 8_000;

  private static final int A_WHEEL = Heartbeats.PERIOD_MILLIS / Heartbeats.TICK_MILLIS;

  private final OneThread thread;
  private final LocalLog log;
  private final ManualTimers timers;
  private final List<Subscribers> loops;
  private final PlainLog paper;
  private final List<Line> heard = new ArrayList<>();
  private final List<ModelReader> readers = new ArrayList<>();
  private final Publishing publishing;
  private Line copy;
  private long patienceEnds;

  Life(OneThread thread, int keepUpdates, List<List<String>> interests) {
    this.thread = thread;
    this.log = thread.log();
    this.timers = new ManualTimers(thread.vertx());
    this.paper = new PlainLog(keepUpdates);
    this.publishing = new Publishing(log, paper, this::reconsider);
    this.loops =
        IntStream.range(0, Lives.LOOPS)
            .mapToObj(
                loop ->
                    new Subscribers(
                        timers.vertx(), log, Metrics.NONE, PendingWrites.ofOneLoop(), 120_000))
            .toList();
    interests.forEach(wanted -> readers.add(new ModelReader(wanted, paper)));
  }

  Future<Void> run(List<Step> steps) {
    thread.forget();
    log.limitPages(1 << 20);
    return start()
        .compose(
            started -> {
              for (int loop = 0; loop < loops.size(); loop++) {
                heard.add(null);
                hear(loop);
              }
              return next(steps.iterator());
            })
        .compose(lived -> end())
        .eventually(this::stop);
  }

  private Future<Void> next(Iterator<Step> steps) {
    while (steps.hasNext()) {
      Future<Void> done = perform(steps.next());
      if (!done.isComplete()) {
        return done.compose(
            now -> {
              check();
              return next(steps);
            });
      }
      if (done.failed()) {
        return done;
      }
      check();
    }
    return Future.succeededFuture();
  }

  private Future<Void> perform(Step step) {
    if (step instanceof Step.Publish publish) {
      return publishing.publish(publish, thread.isUp());
    } else if (step instanceof Step.Hear hear) {
      hear(hear.loop());
    } else if (step instanceof Step.Beat beat) {
      beat(beat.loop());
    } else if (step instanceof Step.Connect connect) {
      connect(connect);
    } else if (step instanceof Step.Block block) {
      reader(block.reader()).block();
    } else if (step instanceof Step.Unblock unblock) {
      reader(unblock.reader()).unblock();
    } else if (step instanceof Step.Cut cut) {
      reader(cut.reader()).cut(cut.seen(), cut.noticed());
    } else if (step instanceof Step.End end) {
      reader(end.reader()).end(end.reason());
    } else if (step instanceof Step.Notice) {
      readers.forEach(ModelReader::leave);
    } else if (step instanceof Step.Turns turns) {
      return thread.turns(turns.count());
    } else if (step instanceof Step.Later) {
      timers.fire();
    } else if (step instanceof Step.Forget) {
      log.limitPages(0);
      log.limitPages(1 << 20);
    } else if (step instanceof Step.Stop) {
      return stop();
    } else if (step instanceof Step.Restart restart) {
      return stop().compose(stopped -> restart(restart.disk()));
    }
    return Future.succeededFuture();
  }

  private ModelReader reader(int number) {
    return readers.get(number % readers.size());
  }

  private void hear(int loop) {
    loops.get(loop).grown();
    heard.set(loop, paper.line());
  }

  private void beat(int loop) {
    for (int i = 0; i < A_WHEEL; i++) {
      loops.get(loop).tick();
    }
  }

  private void connect(Step.Connect step) {
    ModelReader reader = reader(step.reader());
    if (!reader.isConnected()) {
      reader.connect(
          loops.get(step.loop()),
          heard.get(step.loop()),
          publishing.start(step.come(), step.number(), reader.lastEventId()));
    }
  }

  private Future<Void> stop() {
    // What was asked is heard first: what nobody hears costs seconds.
    return thread.isUp() ? thread.turns(8).compose(asked -> thread.stop()) : thread.stop();
  }

  private Future<Void> restart(Disk disk) {
    if (!thread.isOnDisk()) {
      paper.replace(new Line());
    } else if (disk == Disk.COPIED) {
      copy = paper.line().copy();
      thread.copyLog();
    } else if (disk == Disk.RESTORED && copy != null) {
      paper.replace(copy.copy());
      thread.restoreLog();
    }
    return start();
  }

  private Future<Void> start() {
    return thread
        .start()
        .onSuccess(
            started -> {
              LogHead head = log.description().head();
              paper.open(head.lineage().current().name());
              require(head.last() == paper.line().last(), "the log is at " + head);
              require(head.earliest() == paper.line().earliest(), "the log begins at " + head);
              reconsider();
            });
  }

  private void reconsider() {
    readers.forEach(ModelReader::reconsider);
  }

  private void check() {
    readers.forEach(ModelReader::check);
  }

  /** Whatever has happened, in the end everyone is live and has been given everything. */
  private Future<Void> end() {
    patienceEnds = System.nanoTime() / 1_000_000 + PATIENCE_MILLIS;
    Future<Void> up = thread.isUp() ? Future.succeededFuture() : restart(Disk.KEPT);
    return up.compose(started -> settle()).compose(settled -> sayGoodbye());
  }

  private Future<Void> settle() {
    return thread.turnsUntil(
        turn -> {
          for (int loop = 0; loop < loops.size(); loop++) {
            hear(loop);
          }
          readers.forEach(ModelReader::leave);
          for (int i = 0; i < readers.size(); i++) {
            readers.get(i).unblock();
            connect(new Step.Connect(i, i % loops.size(), Step.Come.BACK, 0));
          }
          timers.fire();
          check();
          boolean settled = readers.stream().allMatch(ModelReader::hasAll);
          require(settled || !isTooLate(turn), "not all are live and have all: " + readers);
          return settled;
        });
  }

  private boolean isTooLate(int turn) {
    return turn > PATIENCE_TURNS
        && (!thread.isOnDisk() || System.nanoTime() / 1_000_000 > patienceEnds);
  }

  private Future<Void> sayGoodbye() {
    return thread
        .turns(3)
        .compose(
            swept -> {
              for (int loop = 0; loop < loops.size(); loop++) {
                beat(loop);
              }
              return thread.turns(3);
            })
        .onSuccess(
            beaten -> {
              check();
              Position newest = paper.line().at(paper.line().last());
              for (ModelReader reader : readers) {
                reader.unblock();
                require(reader.lastSaid().equals(newest.toString()), "it ends at " + reader);
              }
            });
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
