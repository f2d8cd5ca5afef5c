package dev.outpour.ingest;

import dev.outpour.history.History;
import dev.outpour.log.LogHealth;
import dev.outpour.update.Batch;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Has the log's owner look after the log where nobody publishes: each second whether it is still
 * there, and every ten seconds what has to be removed, and whether it can be written. While there
 * is more to remove, it goes on in the next turn.
 *
 * <p>It is used on the event loop of the owner, whose timers end with it.
 */
final class LogWatch {

  private static final long LOOK_MILLIS = 1_000;
  private static final long PULSE_MILLIS = 10_000;

  private final Vertx vertx;
  private final History history;
  private final GroupCommit groups;
  private final LogHealth health;
  private boolean looking;
  private boolean displaced;
  private boolean removing;

  LogWatch(Vertx vertx, History history, GroupCommit groups, LogHealth health) {
    this.vertx = vertx;
    this.history = history;
    this.groups = groups;
    this.health = health;
  }

  void begin() {
    vertx.setPeriodic(
        LOOK_MILLIS,
        PULSE_MILLIS,
        tick -> {
          if (!removing) {
            pulse();
          }
        });
    vertx.setPeriodic(LOOK_MILLIS, tick -> look());
  }

  private void look() {
    if (looking) {
      return;
    }
    looking = true;
    history
        .inspect()
        .otherwise(Optional.empty())
        .onSuccess(
            trouble -> {
              looking = false;
              boolean was = displaced;
              displaced = trouble.isPresent();
              trouble.ifPresent(health::fails);
              if (was || displaced) {
                // Where it is in its place again, it is written again.
                pulse();
              }
            });
  }

  /**
   * Hands in an empty batch: what has expired goes all the same, and it shows whether the log can
   * be written.
   */
  private void pulse() {
    groups
        .submit(List.of(new Batch(List.of())))
        .timeout(PULSE_MILLIS, TimeUnit.MILLISECONDS)
        .onSuccess(
            done -> {
              removing = history.isOverdue();
              if (removing) {
                // What others hand in meanwhile comes between, and what else there is to do here.
                vertx.runOnContext(next -> pulse());
              }
            })
        .onFailure(
            failure -> {
              removing = false;
              if (failure instanceof TimeoutException) {
                health.fails("The log's disk does not answer");
              }
            });
  }
}
