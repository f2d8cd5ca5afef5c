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
 * Checks the log even if nobody publishes: each second whether its file is in place, and every ten
 * seconds whether it can be written. The latter also removes expired updates. If more remain, it
 * continues in the next turn.
 *
 * <p>Confined to the event loop of the log's owner.
 */
final class LogWatch {

  private static final long INSPECT_MILLIS = 1_000;
  private static final long WRITE_MILLIS = 10_000;

  private final Vertx vertx;
  private final History history;
  private final GroupCommit groups;
  private final LogHealth health;
  private boolean inspecting;
  private boolean displaced;
  private boolean removing;

  LogWatch(Vertx vertx, History history, GroupCommit groups, LogHealth health) {
    this.vertx = vertx;
    this.history = history;
    this.groups = groups;
    this.health = health;
  }

  void start() {
    vertx.setPeriodic(
        INSPECT_MILLIS,
        WRITE_MILLIS,
        tick -> {
          if (!removing) {
            writeEmpty();
          }
        });
    vertx.setPeriodic(INSPECT_MILLIS, tick -> inspect());
  }

  private void inspect() {
    if (inspecting) {
      return;
    }
    inspecting = true;
    history
        .inspect()
        .otherwise(Optional.empty())
        .onSuccess(
            trouble -> {
              inspecting = false;
              boolean was = displaced;
              displaced = trouble.isPresent();
              trouble.ifPresent(health::fails);
              if (was || displaced) {
                // Find out whether it can be written, now that it may be in place again.
                writeEmpty();
              }
            });
  }

  /**
   * Submits an empty batch, which removes expired updates and shows whether the log can be written.
   */
  private void writeEmpty() {
    groups
        .submit(List.of(new Batch(List.of())))
        .timeout(WRITE_MILLIS, TimeUnit.MILLISECONDS)
        .onSuccess(
            done -> {
              removing = history.isOverdue();
              if (removing) {
                // In the next turn, so that other submissions and events come first.
                vertx.runOnContext(next -> writeEmpty());
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
