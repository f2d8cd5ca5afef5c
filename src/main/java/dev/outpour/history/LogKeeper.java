package dev.outpour.history;

import dev.outpour.history.History.Commit;
import dev.outpour.update.Batch;
import dev.outpour.update.Head;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes groups to a log's file, and opens it anew after a failure that leaves it in doubt.
 *
 * <p>Whatever fails, an {@link Error} too, ends as a refusal: with status 503 where surely nothing
 * was stored, with 504 where that is not known. After a failure that is not the disk's passing
 * trouble, every connection is closed and the file is opened anew, from what it then holds; if that
 * fails as well, or the next group does, the log is {@link #lost}. Methods block and are for the
 * log's writing thread; {@link #connections}, {@link #head} and {@link #lost} may be called from
 * any.
 */
final class LogKeeper {

  private static final Logger log = LoggerFactory.getLogger(SqliteHistory.class);

  private final LogFile file;
  private final Retention retention;
  private final LogClock clock;
  private final TopicDirectory directory;
  private final Promise<String> lost = Promise.promise();

  /** Null once the log is lost or closed. */
  private volatile @Nullable LogConnections connections;

  private volatile Head head;

  /** Whether the last group that was written failed. */
  private @Nullable DiskFault trouble;

  /** Whether the write-ahead log could not be brought into the file the last time. */
  private boolean checkpointFails;

  /** Opens the file. */
  LogKeeper(LogFile file, Retention retention, LogClock clock, TopicDirectory directory)
      throws SQLException {
    this.directory = directory;
    this.file = file;
    this.retention = retention;
    this.clock = clock;
    LogConnections opened = LogConnections.open(file, retention, clock, directory);
    this.connections = opened;
    this.head = opened.writer().head();
    clock.begin().ifPresent(log::warn);
  }

  Head head() {
    return head;
  }

  /** Null once the log is lost or closed. */
  @Nullable LogConnections connections() {
    return connections;
  }

  /** Completes with a sentence for the operator once the file is not used any more. */
  Future<String> lost() {
    return lost.future();
  }

  /**
   * Writes a group.
   *
   * @throws RefusedException with status 503 if nothing was stored, 504 if that is not known
   */
  Commit write(List<Batch> group) {
    LogConnections open = connections;
    if (open == null) {
      throw unavailable();
    }
    try {
      boolean stores = group.stream().anyMatch(batch -> !batch.drafts().isEmpty());
      if (trouble == DiskFault.PASSING && !stores) {
        // What stores nothing succeeds on a full disk, too, and would say that it has room.
        open.writer().touch();
      }
      Commit commit = open.writer().append(group);
      head = open.writer().head();
      if (trouble == DiskFault.PASSING || stores) {
        worksAgain();
      }
      return commit;
    } catch (Throwable e) {
      throw failed(open.writer(), e);
    }
  }

  private void worksAgain() {
    if (trouble != null) {
      log.info("The log is written again");
      trouble = null;
    }
  }

  private RefusedException failed(SqliteWriter writer, Throwable failure) {
    boolean committing = writer.isCommitting();
    if (DiskFault.of(failure, committing) == DiskFault.PASSING) {
      writer.rollback();
      pass(failure);
      return unavailable();
    }
    openAgain(failure);
    // A sync has failed, perhaps: the group may be found in the file all the same.
    return committing ? Refusal.indeterminate().asException() : unavailable();
  }

  /** One line for a disk that is full for hours. */
  private void pass(Throwable failure) {
    if (trouble == null) {
      log.error("The log cannot be written, publishes are refused: {}", failure.getMessage());
      trouble = DiskFault.PASSING;
    }
  }

  /** Goes on with what the file holds when it is opened anew; but not twice in a row. */
  private void openAgain(Throwable failure) {
    boolean again = trouble == DiskFault.SERIOUS;
    trouble = DiskFault.SERIOUS;
    try {
      log.error("The log could not be written, opening its file anew: {}", reason(failure));
      close();
      if (again) {
        lose(failure);
        return;
      }
      LogConnections opened = LogConnections.open(file, retention, clock, directory);
      connections = opened;
      head = opened.writer().head();
    } catch (Throwable e) {
      connections = null;
      lose(e);
    }
  }

  private void lose(Throwable failure) {
    lost.tryComplete(
        failure instanceof SQLException || failure instanceof RefusedException
            ? "The log's file failed twice in a row and is not used any more ("
                + failure.getMessage()
                + "): look after the disk, then start again"
            : "The log's writer failed twice in a row and writes no more ("
                + reason(failure)
                + "): report it, and start again");
  }

  /** The message of a failure that is the disk's; of others the kind of failure as well. */
  private static String reason(Throwable failure) {
    return failure instanceof SQLException
        ? String.valueOf(failure.getMessage())
        : failure.toString();
  }

  private static RefusedException unavailable() {
    return Refusal.unavailable("The log cannot be written now: try again later").asException();
  }

  /** After the answer: nobody waits for the write-ahead log. */
  void tidyUp() {
    LogConnections open = connections;
    if (open == null) {
      return;
    }
    try {
      if (open.checkpointIfLong() && checkpointFails) {
        log.info("The write-ahead log is brought into the log's file again");
        checkpointFails = false;
      }
    } catch (Throwable e) {
      // What it has not brought into the file stays in the write-ahead log.
      if (DiskFault.of(e, false) == DiskFault.SERIOUS) {
        openAgain(e);
      } else if (!checkpointFails) {
        log.warn("The write-ahead log grows, its file takes nothing: {}", e.getMessage());
        checkpointFails = true;
      }
    }
  }

  /** Closes all connections. */
  void close() throws SQLException {
    LogConnections open = connections;
    connections = null;
    if (open != null) {
      open.close();
    }
  }
}
