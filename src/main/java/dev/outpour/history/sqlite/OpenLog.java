package dev.outpour.history.sqlite;

import dev.outpour.history.LogClock;
import dev.outpour.history.Retention;
import dev.outpour.history.index.TopicDirectory;
import dev.outpour.history.sqlite.file.BulkCheckpoint;
import dev.outpour.history.sqlite.file.LogGuard;
import dev.outpour.history.sqlite.file.SqliteFile;
import dev.outpour.update.LogHead;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A log's file while it is in use: the connections that are open, the head, and opening it again.
 *
 * <p>Methods block and are for the log's writing thread, except {@link #connections}, {@link #head}
 * and {@link #lost}, which any thread may call.
 */
final class OpenLog {

  private final SqliteFile file;
  private final Retention retention;
  private final LogClock clock;
  private final TopicDirectory directory;
  private final BulkCheckpoint.Background background;
  private final LogGuard guard;
  private final Promise<String> lost = Promise.promise();

  /** Null once the log is lost or closed. */
  private volatile @Nullable SqliteConnections connections;

  private volatile LogHead head;

  OpenLog(
      SqliteFile file,
      Retention retention,
      LogClock clock,
      TopicDirectory directory,
      BulkCheckpoint.Background background)
      throws SQLException {
    this.file = file;
    this.retention = retention;
    this.clock = clock;
    this.directory = directory;
    this.background = background;
    this.guard = new LogGuard(file);
    SqliteConnections opened =
        SqliteConnections.open(file, retention, clock, directory, null, background);
    this.connections = opened;
    this.head = opened.writer().head();
  }

  /** The open connections; null once the log is lost or closed. */
  @Nullable SqliteConnections connections() {
    return connections;
  }

  LogHead head() {
    return head;
  }

  LogGuard guard() {
    return guard;
  }

  /** Completes with a sentence for the operator once the file is no longer used. */
  Future<String> lost() {
    return lost.future();
  }

  /** Publishes the head after a commit. */
  void committed(SqliteConnections open) {
    head = open.writer().head();
  }

  /** Closes the file and opens it again, with whatever it then holds. */
  void reopen() throws SQLException {
    close();
    SqliteConnections opened =
        SqliteConnections.open(file, retention, clock, directory, head, background);
    connections = opened;
    head = opened.writer().head();
    guard.opened();
  }

  /** Stops using the file for good. */
  void giveUp(Throwable failure) {
    connections = null;
    lost.tryComplete(guard.farewell(failure));
  }

  /** Closes all connections. */
  void close() throws SQLException {
    SqliteConnections open = connections;
    connections = null;
    if (open != null) {
      open.close();
    }
  }
}
