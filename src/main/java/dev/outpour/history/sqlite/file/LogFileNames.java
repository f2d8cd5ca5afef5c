package dev.outpour.history.sqlite.file;

import java.nio.file.Path;

/** The names of the files that lie beside a log's and belong to it. */
public final class LogFileNames {

  private LogFileNames() {}

  /** Its write-ahead log (SQLite, Write-Ahead Logging, section 2.2). */
  public static Path wal(Path log) {
    return beside(log, "-wal");
  }

  /** The index of that, which the processes that have the log open share. */
  static Path shm(Path log) {
    return beside(log, "-shm");
  }

  /** What the hub that writes it holds locked. */
  static Path lock(Path log) {
    return beside(log, ".lock");
  }

  /** Where they lie. */
  static Path folder(Path log) {
    return log.resolveSibling("");
  }

  /** What begins with the log's name. */
  static Path beside(Path log, String end) {
    return log.resolveSibling(log.getFileName() + end);
  }
}
