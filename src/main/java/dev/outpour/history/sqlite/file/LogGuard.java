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
 * Tells what has become of a log's file, once for each time that it was taken away, and keeps its
 * lock in its place. It may be used from any thread.
 */
public final class LogGuard {

  private static final Logger log = LoggerFactory.getLogger(LogGuard.class);

  private final SqliteFile file;

  /** What is wrong with the place where the file lies; null while it lies there. */
  private volatile @Nullable FileState displaced;

  public LogGuard(SqliteFile file) {
    this.file = file;
  }

  /** Whether nothing was found wrong since the file was opened. */
  public boolean isInPlace() {
    return displaced == null;
  }

  /** It has been opened, where it lies. */
  public void opened() {
    displaced = null;
  }

  /** Says why it is opened anew. */
  public void warnReopening(FileState found) {
    log.warn(
        "{}: opening it anew",
        found == FileState.WHOLE && displaced != FileState.CUT_OFF
            ? "The log's file is in its place again"
            : "The log's file lies there without what belongs to it");
  }

  /** Says that it has gone, and refuses what was to be written. */
  public RefusedException refuse(FileState found, Refusal told) {
    tell(found);
    return told.asException();
  }

  /** One line for a file that is away for hours. */
  private synchronized void tell(FileState found) {
    if (displaced != found) {
      displaced = found;
      log.error("Publishes are refused. {}", found.advice(file.path()));
    }
  }

  /**
   * Takes in what was found without writing; puts the lock back.
   *
   * @return a sentence that strangers may see if the file does not lie where it was
   */
  public Optional<String> inspected(FileState found) {
    if (found == FileState.AWAY) {
      tell(found);
    } else {
      hold();
    }
    if (found == FileState.CUT_OFF && displaced == null) {
      // Who writes next opens it anew.
      displaced = found;
    }
    return found == FileState.WHOLE && displaced == null
        ? Optional.empty()
        : Optional.of("The log's file is not where it was, or not what it was");
  }

  /** The last words about a log that is not used any more. */
  public String farewell(Throwable failure) {
    if (failure instanceof ForeignWriterException) {
      return "Another hub writes the log's file, "
          + file.path()
          + ", although this one has it open: this one writes no more. See that one hub alone uses"
          + " it, and that nobody removes its lock";
    }
    return failure instanceof SQLException || failure instanceof RefusedException
        ? "The log's file failed twice in a row and is not used any more ("
            + failure.getMessage()
            + "): look after the disk, then start again"
        : "The log's writer failed twice in a row and writes no more ("
            + reason(failure)
            + "): report it, and start again";
  }

  /** The message of a failure that is the disk's; of others the kind of failure as well. */
  public static String reason(Throwable failure) {
    return failure instanceof SQLException
        ? String.valueOf(failure.getMessage())
        : failure.toString();
  }

  private void hold() {
    try {
      file.hold();
    } catch (IOException e) {
      log.warn("The lock of the log's file cannot be put back: {}", e.getMessage());
    }
  }
}
