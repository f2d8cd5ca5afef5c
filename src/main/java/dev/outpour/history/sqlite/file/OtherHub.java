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
 * Detects another hub that has a log's file open although nobody holds its lock, before anything is
 * written. Its lock file may have been removed as stale, or it uses the log under another name.
 *
 * <p>SQLite locks the file itself, whatever name it was opened by. A person who looks at the log
 * has the file open too; but only a hub restores its lock file within a second.
 */
final class OtherHub {

  private static final Logger log = LoggerFactory.getLogger(OtherHub.class);

  /** How long another hub has to restore its lock file: it checks every second. */
  private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final long PAUSE_MILLIS = 50;

  private OtherHub() {}

  /**
   * Refuses to start beside another hub. Blocks for up to 5 s if another program has the file open.
   *
   * @param lock the lock of this hub
   * @throws CannotStartException if the other program is a hub
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
                  + " is open under another name, through a hard link or a mount: use that name, or"
                  + " stop the program that has it open");
        }
        if (System.nanoTime() - begun > WAIT_NANOS) {
          log.warn(
              "Another program, not a hub, has {} open: stop it if it writes to the file", file);
          return;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (IOException e) {
      throw new CannotStartException(
          file + " cannot be inspected (" + e.getMessage() + "): set history.path", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotStartException("Interrupted while the log was opened", e);
    }
  }

  static CannotStartException inUse(Path path) {
    return new CannotStartException("Another hub uses " + path + ": stop it, or set history.path");
  }

  /** A file that is open under this name has its shared memory beside it, even when idle. */
  private static boolean hasOtherName(Path file) throws IOException {
    return !Files.exists(LogFileNames.shm(file))
        || ((Integer) Files.getAttribute(file, "unix:nlink")) > 1;
  }

  /** Whether the file cannot be locked exclusively. Opening it later reports any other problem. */
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
