package dev.outpour.history.sqlite.file;

import dev.outpour.update.Refusal;
import dev.outpour.update.RefusedException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports when a log's file is no longer in its place, once each time, and keeps its lock file in
 * place. Thread-safe.
 */
public final class LogGuard {

  private static final Logger log = LoggerFactory.getLogger(LogGuard.class);

  private final SqliteFile file;

  /** What is wrong with the file's place; null while nothing is. */
  private volatile @Nullable FileState displaced;

  public LogGuard(SqliteFile file) {
    this.file = file;
  }

  /** Whether the file was in its place at every check since it was opened. */
  public boolean isInPlace() {
    return displaced == null;
  }

  /** Notes that the file was opened in its place. */
  public void opened() {
    displaced = null;
  }

  /** Logs why the file is opened again. */
  public void warnReopening(FileState found) {
    log.warn(
        "{}: opening it again",
        found == FileState.WHOLE && displaced != FileState.CUT_OFF
            ? "The log's file is back in its place"
            : "The write-ahead log of the log's file was removed");
  }

  /** Logs that the file is gone, and returns a refusal for the group. */
  public RefusedException refuse(FileState found, Refusal refusal) {
    logOnce(found);
    return refusal.asException();
  }

  /** Logs one line for a file that may be gone for hours. */
  private synchronized void logOnce(FileState found) {
    if (displaced != found) {
      displaced = found;
      log.error("Publishes are refused. {}", found.advice(file.path()));
    }
  }

  /**
   * Evaluates a check between two appends, and restores the lock file.
   *
   * @return a sentence for anybody to see if the file is not in its place
   */
  public Optional<String> inspected(FileState found) {
    if (found == FileState.AWAY) {
      logOnce(found);
    } else {
      restoreLock();
    }
    if (found == FileState.CUT_OFF && displaced == null) {
      // The next append opens it again.
      displaced = found;
    }
    return found == FileState.WHOLE && displaced == null
        ? Optional.empty()
        : Optional.of("The log's file was moved, removed, replaced or changed");
  }

  /** Says why a log is no longer used, for the operator. */
  public String farewell(Throwable failure) {
    if (failure instanceof ForeignWriterException) {
      return "Another hub writes the log's file, "
          + file.path()
          + ", although this hub has it open: this hub stops writing. Let only one hub use the file,"
          + " and do not remove its lock";
    }
    return failure instanceof SQLException || failure instanceof RefusedException
        ? "The log's file failed twice in a row and is no longer used ("
            + failure.getMessage()
            + "): check the disk, then start again"
        : "The log's writer failed twice in a row and has stopped ("
            + reason(failure)
            + "): report this error, and start again";
  }

  /** The message of a failure; for failures other than SQLite's with their class. */
  public static String reason(Throwable failure) {
    return failure instanceof SQLException
        ? String.valueOf(failure.getMessage())
        : failure.toString();
  }

  private void restoreLock() {
    try {
      file.restoreLock();
    } catch (IOException e) {
      log.warn("The lock file of the log cannot be restored: {}", e.getMessage());
    }
  }
}
