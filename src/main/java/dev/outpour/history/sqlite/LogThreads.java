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
 * @param looking looks whether the file is still there, also while the disk keeps the writer
 * @param copying brings the write-ahead log into the file, while the writer goes on
 */
record LogThreads(WorkerExecutor writing, WorkerExecutor looking, WorkerExecutor copying) {

  /**
   * Starts none: each begins with its first task.
   *
   * @param name what the names of the threads begin with, of this log alone
   */
  static LogThreads of(Vertx vertx, String name) {
    return new LogThreads(
        vertx.createSharedWorkerExecutor(name + "-writer", 1),
        vertx.createSharedWorkerExecutor(name + "-watch", 1),
        vertx.createSharedWorkerExecutor(name + "-checkpoint", 1));
  }

  /** As {@link BulkCheckpoint.Background#run}. */
  void copy(Runnable pass, Runnable afterwards) {
    copying.executeBlocking(task(pass), false).onComplete(done -> write(afterwards));
  }

  private void write(Runnable afterwards) {
    try {
      writing.executeBlocking(task(afterwards), false);
    } catch (RejectedExecutionException e) {
      // The log is closed, and nothing comes after.
    }
  }

  private static Callable<Boolean> task(Runnable what) {
    return () -> {
      what.run();
      return true;
    };
  }

  Future<Void> close() {
    return writing.close().eventually(() -> looking.close()).eventually(() -> copying.close());
  }
}
