package dev.outpour.history.sqlite.file;

import org.sqlite.SQLiteException;

/** What a failure of SQLite says about the log's file. */
public enum DiskFault {
  /** Nothing was stored and the file is as it was: no room, no right to write, or in use. */
  PASSING,
  /** Nothing is sure but what the file holds when it is opened anew. */
  SERIOUS;

  /**
   * Judges a failure.
   *
   * @param committing whether a COMMIT failed. It writes its frames first, the last with the mark
   *     that makes them count; then it syncs them, and then it extends the shared memory. What
   *     fails there may be found in the file all the same.
   */
  public static DiskFault of(Throwable failure, boolean committing) {
    if (!(failure instanceof SQLiteException sqlite)) {
      return SERIOUS;
    }
    return switch (sqlite.getResultCode()) {
      // A write that fails has not completed a commit, unlike a sync that does.
      case SQLITE_FULL, SQLITE_BUSY, SQLITE_READONLY, SQLITE_IOERR_WRITE -> PASSING;
      // The shared memory is a file, too, for which a full disk has no room.
      case SQLITE_IOERR_SHMOPEN, SQLITE_IOERR_SHMSIZE, SQLITE_IOERR_SHMMAP ->
          committing ? SERIOUS : PASSING;
      default -> SERIOUS;
    };
  }
}
