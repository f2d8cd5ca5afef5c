package dev.outpour.history;

import java.sql.SQLException;
import org.sqlite.SQLiteException;

/** What a failure of SQLite says about the log's file. */
enum DiskFault {
  /** Nothing was stored and the file is as it was: no room, no right to write, or in use. */
  PASSING,
  /** Nothing is sure but what the file holds when it is opened anew. */
  SERIOUS;

  static DiskFault of(SQLException failure) {
    return failure instanceof SQLiteException sqlite
            && switch (sqlite.getResultCode()) {
              case SQLITE_FULL,
                  SQLITE_BUSY,
                  SQLITE_READONLY,
                  // A write that fails has not completed a commit, unlike a sync that does. The
                  // shared
                  // memory is a file, too, for which a full disk has no room.
                  SQLITE_IOERR_WRITE,
                  SQLITE_IOERR_SHMOPEN,
                  SQLITE_IOERR_SHMSIZE,
                  SQLITE_IOERR_SHMMAP ->
                  true;
              default -> false;
            }
        ? PASSING
        : SERIOUS;
  }
}
