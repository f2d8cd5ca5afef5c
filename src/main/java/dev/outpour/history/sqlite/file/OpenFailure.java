package dev.outpour.history.sqlite.file;

import dev.outpour.history.sqlite.table.CorruptLogException;
import dev.outpour.settings.CannotStartException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.NativeLibraryNotFoundException;
import org.sqlite.SQLiteErrorCode;

/**
 * Says why a log's file cannot be opened, and what helps: a backup where the file is damaged, and
 * nowhere else, since it would replace a log that is whole.
 */
public final class OpenFailure {

  /** The primary result code, of which the others are kinds. */
  private static final int PRIMARY = 0xff;

  private static final String NO_SPACE = "No space left on device";
  private static final String ROOM = "make room on its disk, then start again";

  private OpenFailure() {}

  public static CannotStartException of(Path path, SQLException failure) {
    if (failure.getCause() instanceof NativeLibraryNotFoundException) {
      return new CannotStartException(
          "The log cannot be opened, since SQLite's library could not be loaded from the folder of"
              + " temporary files, "
              + System.getProperty("org.sqlite.tmpdir", System.getProperty("java.io.tmpdir"))
              + ": that takes the right to write there and a mount with exec. Name another folder"
              + " with -Dorg.sqlite.tmpdir=…",
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

  /** Of the lock beside it, or its folder. */
  static CannotStartException of(Path path, IOException failure) {
    return new CannotStartException(
        "The log cannot be kept in "
            + path
            + " ("
            + reason(failure)
            + "): "
            + advice(path, failure),
        failure);
  }

  /** Of a backup that was to take the log's place. */
  static CannotStartException ofRestoring(Path path, IOException failure) {
    return new CannotStartException(
        "The backup could not be put to "
            + path
            + " ("
            + reason(failure)
            + "): see that there is room for it, and the right to write there",
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
      return rights(path);
    }
    return String.valueOf(failure.getMessage()).contains(NO_SPACE) ? ROOM : "set history.path";
  }

  private static String advice(Path path, SQLException failure) {
    if (Files.isDirectory(path)) {
      return "it is a folder, set history.path to a file in it";
    }
    SQLiteErrorCode code = primary(failure.getErrorCode() & PRIMARY);
    if (CorruptLogException.is(failure) || code == SQLiteErrorCode.SQLITE_NOTADB) {
      return "restore a backup with \"outpour log restore\", or set history.path";
    }
    if (code == SQLiteErrorCode.SQLITE_FULL) {
      return ROOM;
    }
    if (code == SQLiteErrorCode.SQLITE_READONLY
        || code == SQLiteErrorCode.SQLITE_CANTOPEN
        || code == SQLiteErrorCode.SQLITE_PERM) {
      return rights(path);
    }
    return code == SQLiteErrorCode.SQLITE_BUSY
        ? "end the program that uses it"
        : "look after its disk, then start again";
  }

  private static @Nullable SQLiteErrorCode primary(int code) {
    for (SQLiteErrorCode each : SQLiteErrorCode.values()) {
      if (each.code == code) {
        return each;
      }
    }
    return null;
  }

  private static String rights(Path path) {
    Path folder = path.toAbsolutePath().getParent();
    while (folder != null && folder.getParent() != null && !Files.exists(folder)) {
      folder = folder.getParent();
    }
    return "give the user of the hub the right to write in "
        + (folder == null ? path : folder)
        + " and to the log's files there, or set history.path";
  }
}
