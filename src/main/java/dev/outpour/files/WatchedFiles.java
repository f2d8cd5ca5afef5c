package dev.outpour.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value that is read from files, and again when they change. If that fails, the old value stays.
 * Any thread may call {@link #value}. The other methods block, for one thread at a time.
 */
public final class WatchedFiles<T> {

  private static final Logger log = LoggerFactory.getLogger(WatchedFiles.class);

  private final List<String> files;
  private final Supplier<T> reader;
  private List<String> marks;
  private volatile T value;

  /**
   * Reads the files for the first time.
   *
   * @param reader throws {@link IllegalArgumentException} with a message that names the file and
   *     the fault
   */
  public WatchedFiles(List<String> files, Supplier<T> reader) {
    this.files = files;
    this.reader = reader;
    this.marks = files.stream().map(WatchedFiles::mark).toList();
    this.value = reader.get();
  }

  /** The value that was read last. */
  public T value() {
    return value;
  }

  /** Reads the files again if they have changed. Returns whether there is a new value. */
  public boolean reload() {
    List<String> now = files.stream().map(WatchedFiles::mark).toList();
    if (now.equals(marks)) {
      return false;
    }
    marks = now;
    try {
      value = reader.get();
      log.info("Reloaded {}", String.join(", ", files));
      return true;
    } catch (IllegalArgumentException e) {
      log.warn(
          "A changed file cannot be used, and its old content stays in force: {}", e.getMessage());
      return false;
    }
  }

  /** A text that changes when the file is modified or replaced. */
  private static String mark(String file) {
    try {
      BasicFileAttributes now = Files.readAttributes(Path.of(file), BasicFileAttributes.class);
      return now.lastModifiedTime() + " " + now.size() + " " + now.fileKey();
    } catch (IOException e) {
      return "";
    }
  }
}
