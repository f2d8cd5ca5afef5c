package dev.outpour.history;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;

/**
 * The threads of a log that do not read, one each.
 *
 * @param writing writes, and owns the log's file
 * @param looking looks whether the file is still there, also while the disk keeps the writer
 */
record LogThreads(WorkerExecutor writing, WorkerExecutor looking) {

  /**
   * Starts none: each begins with its first task.
   *
   * @param name what the names of the threads begin with, of this log alone
   */
  static LogThreads of(Vertx vertx, String name) {
    return new LogThreads(
        vertx.createSharedWorkerExecutor(name + "-writer", 1),
        vertx.createSharedWorkerExecutor(name + "-watch", 1));
  }

  Future<Void> close() {
    return writing.close().eventually(() -> looking.close());
  }
}
