package dev.outpour.history.sqlite.file;

import java.nio.file.Path;

/** What lies at the place of a log's file. */
public enum FileState {
  /** The file that is open. */
  WHOLE,
  /** The file without its write-ahead log; opening it again recovers what the hub still has. */
  CUT_OFF,
  /** Nothing, or another file. */
  AWAY,
  /** The file, but another program has written into it or truncated it. */
  SPOILED,
  /** The file that is open; another hub has opened it since. */
  TAKEN_OVER;

  /** Whether only the operator can repair it. */
  public boolean isGone() {
    return this == AWAY || this == SPOILED;
  }

  /** What the operator should do. */
  String advice(Path file) {
    return switch (this) {
      case AWAY ->
          "The log's file "
              + file
              + " was moved, removed or replaced: put it back with its -wal and -shm, and the hub"
              + " continues; or stop the hub, and start it with the log that you want";
      case SPOILED ->
          "Another program has written into the log's file "
              + file
              + " or truncated it: stop the hub, restore the log from a backup, without its -wal"
              + " and -shm, and start again";
      case CUT_OFF -> "The write-ahead log of " + file + " was removed";
      case TAKEN_OVER -> "Another hub writes " + file;
      case WHOLE -> file + " is in its place";
    };
  }
}
