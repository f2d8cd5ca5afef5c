package dev.outpour.history.sqlite.file;

import org.sqlite.SQLiteException;

/** What a failure of SQLite means for the log's file. */
public enum DiskFault {
  /** Nothing was stored and the file is unchanged: disk full, no permission, or file in use. */
  PASSING,
  /** Only opening the file again shows what it holds. */
  SERIOUS;

  /**
   * Classifies a failure.
   *
   * @param committing whether a COMMIT failed. It first writes its frames, the last of which makes
   *     them valid, then syncs them, then extends the shared memory. If the sync or the last step
   *     fails, the file may hold the commit all the same.
   */
  public static DiskFault of(Throwable failure, boolean committing) {
    if (!(failure instanceof SQLiteException sqlite)) {
      return SERIOUS;
    }
    return switch (sqlite.getResultCode()) {
      // A failed write leaves the commit incomplete; a failed sync may not.
      case SQLITE_FULL, SQLITE_BUSY, SQLITE_READONLY, SQLITE_IOERR_WRITE -> PASSING;
      // The shared memory is a file too, and does not fit on a full disk.
      case SQLITE_IOERR_SHMOPEN, SQLITE_IOERR_SHMSIZE, SQLITE_IOERR_SHMMAP ->
          committing ? SERIOUS : PASSING;
      default -> SERIOUS;
    };
  }
}
