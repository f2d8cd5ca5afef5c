package dev.outpour.history.sqlite;

import dev.outpour.history.History.Commit;
import dev.outpour.history.LogClock;
import dev.outpour.history.Retention;
import dev.outpour.history.index.TopicDirectory;
import dev.outpour.history.sqlite.file.BulkCheckpoint;
import dev.outpour.history.sqlite.file.DiskFault;
import dev.outpour.history.sqlite.file.FileState;
import dev.outpour.history.sqlite.file.ForeignWriterException;
import dev.outpour.history.sqlite.file.LogGuard;
import dev.outpour.history.sqlite.file.SqliteFile;
import dev.outpour.update.Batch;
import dev.outpour.update.LogHead;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes groups to a log's file, and opens the file again after a failure that leaves it in doubt.
 *
 * <p>Every failure, an {@link Error} too, ends as a refusal: status 503 if certainly nothing was
 * stored, 504 if that is unknown. A full disk and similar trouble may pass, and the connections
 * stay open. After any other failure all connections are closed and the file is opened again; if
 * that fails too, or the next group does, the log is {@link #lost}.
 *
 * <p>Methods block and are for the log's writing thread, except {@link #connections}, {@link
 * #head}, {@link #lost} and {@link #inspect}, which any thread may call.
 */
public final class SqliteRecovery {

  private static final Logger log = LoggerFactory.getLogger(SqliteRecovery.class);

  private static final Refusal UNAVAILABLE =
      Refusal.unavailable("The log cannot be written now: try again later");

  private final OpenLog open;
  private final LogGuard guard;

  /** What the last group failed with; null if it did not fail. */
  private @Nullable DiskFault trouble;

  /** Whether the last checkpoint failed. */
  private boolean checkpointFails;

  /** Opens the file. */
  public SqliteRecovery(
      SqliteFile file,
      Retention retention,
      LogClock clock,
      TopicDirectory directory,
      BulkCheckpoint.Background background)
      throws SQLException {
    this.open = new OpenLog(file, retention, clock, directory, background);
    this.guard = open.guard();
    clock.begin().ifPresent(log::warn);
  }

  public LogHead head() {
    return open.head();
  }

  /** The open connections; null once the log is lost or closed. */
  @Nullable
  public SqliteConnections connections() {
    return open.connections();
  }

  /** Completes with a sentence for the operator once the file is no longer used. */
  public Future<String> lost() {
    return open.lost();
  }

  /**
   * Writes a group.
   *
   * @throws RefusedException with status 503 if nothing was stored, 504 if that is unknown
   */
  public Commit write(List<Batch> group) {
    SqliteConnections connections = open.connections();
    if (connections == null) {
      throw UNAVAILABLE.asException();
    }
    connections.writer().answered();
    try {
      connections = inPlace(connections);
      boolean stores = group.stream().anyMatch(batch -> !batch.drafts().isEmpty());
      if (trouble == DiskFault.PASSING && !stores) {
        // An empty group succeeds on a full disk, and must not report that there is room again.
        connections.writer().writeAheadLog().probe();
      }
      Commit commit = connections.writer().append(group);
      FileState found = connections.identity().afterCommit(connections.writer());
      if (found != FileState.WHOLE) {
        // The commit went to a file that is no longer in its place.
        throw guard.refuse(found, Refusal.indeterminate());
      }
      open.committed(connections);
      if (trouble == DiskFault.PASSING || stores) {
        worksAgain();
      }
      return commit;
    } catch (RefusedException e) {
      throw e;
    } catch (Throwable e) {
      throw failed(connections, e);
    }
  }

  /**
   * Checks that the file is in its place. Opens it again if it has come back, or if its write-ahead
   * log was taken away.
   *
   * @return the connections to write with
   * @throws RefusedException with status 503 if the file is gone
   */
  private SqliteConnections inPlace(SqliteConnections connections) throws SQLException {
    FileState found = connections.identity().beforeAppend(connections.writer());
    if (found == FileState.WHOLE && guard.isInPlace()) {
      return connections;
    }
    if (found == FileState.TAKEN_OVER) {
      throw new ForeignWriterException();
    }
    if (found.isGone()) {
      throw guard.refuse(found, UNAVAILABLE);
    }
    guard.warnReopening(found);
    long last = head().last();
    try {
      open.reopen();
    } catch (Throwable e) {
      open.giveUp(e);
    }
    SqliteConnections reopened = open.connections();
    if (reopened == null) {
      throw UNAVAILABLE.asException();
    }
    if (head().last() < last) {
      log.error("Updates {} to {} are lost with the write-ahead log", head().last() + 1, last);
    }
    return reopened;
  }

  /**
   * Checks whether the file is in its place, and restores its lock file; from any thread.
   *
   * @return a sentence for anybody to see if the file is not in its place
   */
  public Optional<String> inspect() {
    SqliteConnections connections = open.connections();
    if (connections == null) {
      return Optional.empty();
    }
    FileState found = connections.identity().look();
    // Unless it was opened again meanwhile.
    return open.connections() == connections ? guard.inspected(found) : Optional.empty();
  }

  private void worksAgain() {
    if (trouble != null) {
      log.info("The log accepts updates again");
      trouble = null;
    }
  }

  private RefusedException failed(SqliteConnections connections, Throwable failure) {
    SqliteWriter writer = connections.writer();
    boolean committing = writer.isCommitting();
    FileState found = connections.identity().beforeWrite(writer);
    if (found.isGone()) {
      writer.rollback();
      return guard.refuse(found, committing ? Refusal.indeterminate() : UNAVAILABLE);
    }
    if (DiskFault.of(failure, committing) == DiskFault.PASSING) {
      writer.rollback();
      warnOnce(failure);
      return UNAVAILABLE.asException();
    }
    reopen(failure);
    // If a sync failed, the file may hold the group all the same.
    return (committing ? Refusal.indeterminate() : UNAVAILABLE).asException();
  }

  /** Logs one line for a disk that may stay full for hours. */
  private void warnOnce(Throwable failure) {
    if (trouble == null) {
      log.error(
          "The log cannot be written, publishes are refused until it can: {}",
          failure.getMessage());
      trouble = DiskFault.PASSING;
    }
  }

  /** Continues with what the file holds when it is opened again; but not twice in a row. */
  private void reopen(Throwable failure) {
    boolean again = trouble == DiskFault.SERIOUS;
    trouble = DiskFault.SERIOUS;
    try {
      log.error("Writing the log failed, opening its file again: {}", LogGuard.reason(failure));
      if (again || failure instanceof ForeignWriterException) {
        open.close();
        open.giveUp(failure);
        return;
      }
      open.reopen();
    } catch (Throwable e) {
      open.giveUp(e);
    }
  }

  /** Checkpoints a long write-ahead log, after the publishers have their answers. */
  public void tidyUp() {
    SqliteConnections connections = open.connections();
    if (connections == null) {
      return;
    }
    try {
      if (connections.checkpointIfLong(this::tidyUp) && checkpointFails) {
        log.info("Checkpoints of the write-ahead log succeed again");
        checkpointFails = false;
      }
    } catch (Throwable e) {
      // The write-ahead log keeps the pages that did not reach the file.
      if (DiskFault.of(e, false) == DiskFault.SERIOUS) {
        reopen(e);
      } else if (!checkpointFails) {
        log.warn(
            "The write-ahead log grows because its checkpoint fails: {}. Check that the disk has"
                + " room and is healthy",
            e.getMessage());
        checkpointFails = true;
      }
    }
  }

  /** Closes all connections. */
  public void close() throws SQLException {
    open.close();
  }
}
