package dev.outpour.history.sqlite;

import dev.outpour.history.sqlite.file.BulkCheckpoint;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;

/**
 * The threads of a log that do not read, one each.
 *
 * @param writing writes, and owns the log's file
 * @param watching checks whether the file is still there, even while the disk blocks the writer
 * @param checkpointing checkpoints the write-ahead log while the writer continues
 */
record LogThreads(WorkerExecutor writing, WorkerExecutor watching, WorkerExecutor checkpointing) {

  /**
   * Creates the executors; each starts its thread with its first task.
   *
   * @param name a prefix for the threads' names, unique to this log
   */
  static LogThreads of(Vertx vertx, String name) {
    return new LogThreads(
        vertx.createSharedWorkerExecutor(name + "-writer", 1),
        vertx.createSharedWorkerExecutor(name + "-watch", 1),
        vertx.createSharedWorkerExecutor(name + "-checkpoint", 1));
  }

  /** As {@link BulkCheckpoint.Background#run}. */
  void checkpoint(Runnable pass, Runnable afterwards) {
    checkpointing.executeBlocking(task(pass), false).onComplete(done -> write(afterwards));
  }

  private void write(Runnable afterwards) {
    try {
      writing.executeBlocking(task(afterwards), false);
    } catch (RejectedExecutionException e) {
      // The log is closed.
    }
  }

  private static Callable<Boolean> task(Runnable what) {
    return () -> {
      what.run();
      return true;
    };
  }

  Future<Void> close() {
    return writing
        .close()
        .eventually(() -> watching.close())
        .eventually(() -> checkpointing.close());
  }
}
