package dev.outpour.history.sqlite.file;

import java.nio.file.Path;

/** The names of the files that belong to a log's file and lie beside it. */
public final class LogFileNames {

  private LogFileNames() {}

  /** The write-ahead log (SQLite, Write-Ahead Logging, section 2.2). */
  public static Path wal(Path log) {
    return beside(log, "-wal");
  }

  /** The shared memory: the index of the write-ahead log, common to all processes. */
  static Path shm(Path log) {
    return beside(log, "-shm");
  }

  /** The file that the writing hub holds locked. */
  static Path lock(Path log) {
    return beside(log, ".lock");
  }

  /** The folder of all of them. */
  static Path folder(Path log) {
    return log.resolveSibling("");
  }

  /** A name that begins with the log's name. */
  static Path beside(Path log, String end) {
    return log.resolveSibling(log.getFileName() + end);
  }
}
