package dev.outpour.history.sqlite.file;

import dev.outpour.settings.CannotStartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.LockingMode;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteOpenMode;

/**
 * Finds, before anything is written, whether another hub has a log's file open although nobody
 * holds its lock: its file was removed as a stale one, or the log is reached by another name.
 *
 * <p>SQLite locks the file itself, by whatever name it was opened. A person who looks at the log
 * has it open as well; but a hub puts its lock back within a second, and a person does not.
 */
final class OtherHub {

  private static final Logger log = LoggerFactory.getLogger(OtherHub.class);

  /** How long another hub has to put its lock back: it looks each second. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final long PAUSE_MILLIS = 50;

  private OtherHub() {}

  /**
   * Blocks for up to 5 s if somebody has the file open.
   *
   * @param lock the newcomer's
   * @throws CannotStartException if it is a hub
   */
  static void refuseIfAny(Path file, LogLock lock) {
    try {
      long begun = System.nanoTime();
      while (Files.exists(file) && isOpen(file)) {
        if (!lock.isHeld()) {
          throw inUse(file);
        }
        if (hasOtherName(file)) {
          throw new CannotStartException(
              file
                  + " is open under another name, as a hard link or a mount: use that one, or stop"
                  + " who has it open");
        }
        if (System.nanoTime() - begun > PATIENCE_NANOS) {
          log.warn(
              "Another program, which is no hub, has {} open: if it writes there, end it", file);
          return;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (IOException e) {
      throw new CannotStartException(
          file + " cannot be looked at (" + e.getMessage() + "): set history.path", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotStartException("Interrupted while the log was opened", e);
    }
  }

  static CannotStartException inUse(Path path) {
    return new CannotStartException("Another hub uses " + path + ": stop it, or set history.path");
  }

  /** What is open by this name has its shared memory beside it, also while it is not written. */
  private static boolean hasOtherName(Path file) throws IOException {
    return !Files.exists(LogFileNames.shm(file))
        || ((Integer) Files.getAttribute(file, "unix:nlink")) > 1;
  }

  /** Whether the file cannot be had alone; what else is wrong is told by who opens it to use it. */
  private static boolean isOpen(Path file) {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(0);
    config.resetOpenMode(SQLiteOpenMode.CREATE);
    config.setLockingMode(LockingMode.EXCLUSIVE);
    try (Connection connection = config.createConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM sqlite_schema")) {
      return !row.next();
    } catch (SQLException e) {
      return e instanceof SQLiteException sqlite
          && sqlite.getResultCode() == SQLiteErrorCode.SQLITE_BUSY;
    }
  }
}
