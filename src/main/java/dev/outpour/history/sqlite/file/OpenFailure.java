package dev.outpour.history.sqlite.file;

import dev.outpour.history.sqlite.table.CorruptLogException;
import dev.outpour.settings.CannotStartException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.NativeLibraryNotFoundException;
import org.sqlite.SQLiteErrorCode;

/**
 * Says why a log's file cannot be opened and what to do. It suggests a backup only if the file is
 * damaged, since a backup would replace an intact log.
 */
public final class OpenFailure {

  private static final String NO_SPACE = "No space left on device";
  private static final String ROOM = "make room on its disk, then start again";

  private OpenFailure() {}

  public static CannotStartException of(Path path, SQLException failure) {
    if (failure.getCause() instanceof NativeLibraryNotFoundException) {
      return new CannotStartException(
          "The log cannot be opened because SQLite's native library cannot be loaded from the"
              + " temporary folder "
              + System.getProperty("org.sqlite.tmpdir", System.getProperty("java.io.tmpdir"))
              + ": the hub needs permission to write there, on a mount that allows exec. Set another"
              + " folder with -Dorg.sqlite.tmpdir=…",
          failure);
    }
    return new CannotStartException(
        "The log in "
            + path
            + " cannot be opened ("
            + failure.getMessage()
            + "): "
            + advice(path, failure),
        failure);
  }

  /** For a failure at the lock file or the folder. */
  static CannotStartException of(Path path, IOException failure) {
    return new CannotStartException(
        "The log cannot be stored in "
            + path
            + " ("
            + reason(failure)
            + "): "
            + advice(path, failure),
        failure);
  }

  /** For a backup that could not replace the log. */
  static CannotStartException ofRestoring(Path path, IOException failure) {
    return new CannotStartException(
        "The backup could not be restored to "
            + path
            + " ("
            + reason(failure)
            + "): check that the disk has room and that you may write there",
        failure);
  }

  private static String reason(IOException failure) {
    if (failure instanceof AccessDeniedException denied) {
      return "permission denied: " + denied.getFile();
    }
    String reason = failure instanceof FileSystemException known ? known.getReason() : null;
    return reason == null ? failure.toString() : reason + ": " + failure.getMessage();
  }

  private static String advice(Path path, IOException failure) {
    if (failure instanceof AccessDeniedException) {
      return permissions(path);
    }
    return String.valueOf(failure.getMessage()).contains(NO_SPACE) ? ROOM : "set history.path";
  }

  private static String advice(Path path, SQLException failure) {
    if (Files.isDirectory(path)) {
      return "it is a folder, set history.path to a file in it";
    }
    SQLiteErrorCode code = CorruptLogException.primaryCode(failure);
    if (CorruptLogException.is(failure) || code == SQLiteErrorCode.SQLITE_NOTADB) {
      return "restore a backup with \"outpour log restore\", or set history.path";
    }
    if (code == SQLiteErrorCode.SQLITE_FULL) {
      return ROOM;
    }
    if (code == SQLiteErrorCode.SQLITE_READONLY
        || code == SQLiteErrorCode.SQLITE_CANTOPEN
        || code == SQLiteErrorCode.SQLITE_PERM) {
      return permissions(path);
    }
    return code == SQLiteErrorCode.SQLITE_BUSY
        ? "stop the program that uses it"
        : "check its disk, then start again";
  }

  private static String permissions(Path path) {
    Path folder = path.toAbsolutePath().getParent();
    while (folder != null && folder.getParent() != null && !Files.exists(folder)) {
      folder = folder.getParent();
    }
    return "allow the hub's user to write to "
        + (folder == null ? path : folder)
        + " and to the log's files there, or set history.path";
  }
}
