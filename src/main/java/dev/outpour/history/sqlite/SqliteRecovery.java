package dev.outpour.history.sqlite;

import dev.outpour.history.History.Commit;
import dev.outpour.history.LogClock;
import dev.outpour.history.Retention;
import dev.outpour.history.index.TopicDirectory;
import dev.outpour.history.sqlite.file.BulkCheckpoint;
import dev.outpour.history.sqlite.file.DiskFault;
import dev.outpour.history.sqlite.file.FileIdentity;
import dev.outpour.history.sqlite.file.ForeignWriterException;
import dev.outpour.history.sqlite.file.LogGuard;
import dev.outpour.history.sqlite.file.SqliteFile;
import dev.outpour.update.Batch;
import dev.outpour.update.LogHead;
import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
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
public final class SqliteRecovery {

  private static final Logger log = LoggerFactory.getLogger(SqliteHistory.class);

  private static final Refusal UNAVAILABLE =
      Refusal.unavailable("The log cannot be written now: try again later");

  private final SqliteFile file;
  private final LogGuard guard;
  private final Retention retention;
  private final LogClock clock;
  private final TopicDirectory directory;
  private final BulkCheckpoint.Background background;
  private final Promise<String> lost = Promise.promise();

  /** Null once the log is lost or closed. */
  private volatile @Nullable SqliteConnections connections;

  private volatile LogHead head;

  /** Whether the last group that was written failed. */
  private @Nullable DiskFault trouble;

  /** Whether the write-ahead log could not be brought into the file the last time. */
  private boolean checkpointFails;

  /** Opens the file. */
  public SqliteRecovery(
      SqliteFile file,
      Retention retention,
      LogClock clock,
      TopicDirectory directory,
      BulkCheckpoint.Background background)
      throws SQLException {
    this.background = background;
    this.directory = directory;
    this.file = file;
    this.guard = new LogGuard(file);
    this.retention = retention;
    this.clock = clock;
    SqliteConnections opened =
        SqliteConnections.open(file, retention, clock, directory, null, background);
    this.connections = opened;
    this.head = opened.writer().head();
    clock.begin().ifPresent(log::warn);
  }

  public LogHead head() {
    return head;
  }

  /** Null once the log is lost or closed. */
  @Nullable
  public SqliteConnections connections() {
    return connections;
  }

  /** Completes with a sentence for the operator once the file is not used any more. */
  public Future<String> lost() {
    return lost.future();
  }

  /**
   * Writes a group.
   *
   * @throws RefusedException with status 503 if nothing was stored, 504 if that is not known
   */
  public Commit write(List<Batch> group) {
    SqliteConnections open = connections;
    if (open == null) {
      throw unavailable();
    }
    open.writer().settle();
    try {
      open = inPlace(open);
      boolean stores = group.stream().anyMatch(batch -> !batch.drafts().isEmpty());
      if (trouble == DiskFault.PASSING && !stores) {
        // What stores nothing succeeds on a full disk, too, and would say that it has room.
        open.writer().touch();
      }
      Commit commit = open.writer().append(group);
      FileIdentity.State found = open.place().afterCommit(open.writer());
      if (found != FileIdentity.State.WHOLE) {
        // It was written into what lies elsewhere now, or nowhere.
        throw guard.refuse(found, Refusal.indeterminate());
      }
      head = open.writer().head();
      if (trouble == DiskFault.PASSING || stores) {
        worksAgain();
      }
      return commit;
    } catch (RefusedException e) {
      throw e;
    } catch (Throwable e) {
      throw failed(open, e);
    }
  }

  /**
   * The connections to the file, if it lies where it was; opened anew where it has come back, or
   * has to take its write-ahead log over.
   *
   * @throws RefusedException with status 503 if it does not
   */
  private SqliteConnections inPlace(SqliteConnections open) throws SQLException {
    FileIdentity.State found = open.place().beforeAppend(open.writer());
    if (found == FileIdentity.State.WHOLE && guard.isInPlace()) {
      return open;
    }
    if (found == FileIdentity.State.TAKEN_OVER) {
      throw new ForeignWriterException();
    }
    if (found.isGone()) {
      throw guard.refuse(found, UNAVAILABLE);
    }
    guard.tellAnew(found);
    long last = head.last();
    try {
      reopen();
    } catch (Throwable e) {
      connections = null;
      lose(e);
    }
    SqliteConnections anew = connections;
    if (anew == null) {
      throw unavailable();
    }
    if (head.last() < last) {
      log.error("The updates after {} went with it, up to {}", head.last(), last);
    }
    return anew;
  }

  /**
   * Looks whether the file lies where it was, and puts its lock back; from any thread.
   *
   * @return a sentence that strangers may see if it does not
   */
  public Optional<String> inspect() {
    SqliteConnections open = connections;
    if (open == null) {
      return Optional.empty();
    }
    FileIdentity.State found = open.place().look();
    // It may have been opened anew meanwhile.
    return connections == open ? guard.inspected(found) : Optional.empty();
  }

  private void worksAgain() {
    if (trouble != null) {
      log.info("The log is written again");
      trouble = null;
    }
  }

  private RefusedException failed(SqliteConnections open, Throwable failure) {
    SqliteWriter writer = open.writer();
    boolean committing = writer.isCommitting();
    FileIdentity.State found = open.place().beforeWrite(writer);
    if (found.isGone()) {
      writer.rollback();
      return guard.refuse(found, committing ? Refusal.indeterminate() : UNAVAILABLE);
    }
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
      log.error(
          "The log cannot be written, publishes are refused until it can: {}",
          failure.getMessage());
      trouble = DiskFault.PASSING;
    }
  }

  /** Goes on with what the file holds when it is opened anew; but not twice in a row. */
  private void openAgain(Throwable failure) {
    boolean again = trouble == DiskFault.SERIOUS;
    trouble = DiskFault.SERIOUS;
    try {
      log.error(
          "The log could not be written, opening its file anew: {}", LogGuard.reason(failure));
      if (again || failure instanceof ForeignWriterException) {
        close();
        lose(failure);
        return;
      }
      reopen();
    } catch (Throwable e) {
      connections = null;
      lose(e);
    }
  }

  private void reopen() throws SQLException {
    close();
    SqliteConnections opened =
        SqliteConnections.open(file, retention, clock, directory, head, background);
    connections = opened;
    head = opened.writer().head();
    guard.opened();
  }

  private void lose(Throwable failure) {
    lost.tryComplete(guard.farewell(failure));
  }

  private static RefusedException unavailable() {
    return UNAVAILABLE.asException();
  }

  /** After the answer: nobody waits for the write-ahead log. */
  public void tidyUp() {
    SqliteConnections open = connections;
    if (open == null) {
      return;
    }
    try {
      if (open.checkpointIfLong(this::tidyUp) && checkpointFails) {
        log.info("The write-ahead log is brought into the log's file again");
        checkpointFails = false;
      }
    } catch (Throwable e) {
      // What it has not brought into the file stays in the write-ahead log.
      if (DiskFault.of(e, false) == DiskFault.SERIOUS) {
        openAgain(e);
      } else if (!checkpointFails) {
        log.warn(
            "The write-ahead log grows, it cannot be brought into the log's file: {}. See that its"
                + " disk has room and is well",
            e.getMessage());
        checkpointFails = true;
      }
    }
  }

  /** Closes all connections. */
  public void close() throws SQLException {
    SqliteConnections open = connections;
    connections = null;
    if (open != null) {
      open.close();
    }
  }
}
