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
 * What was read from files, and is read again when they have changed. If that fails, what was there
 * before stays. {@link #value} may be called by any thread; the rest blocks, and is for one thread
 * at a time.
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
   * @param reader throws {@link IllegalArgumentException} with a message that says what is wrong
   */
  public WatchedFiles(List<String> files, Supplier<T> reader) {
    this.files = files;
    this.reader = reader;
    this.marks = files.stream().map(WatchedFiles::mark).toList();
    this.value = reader.get();
  }

  /** What they hold. */
  public T value() {
    return value;
  }

  /** Reads them again, if they have changed; true if that gave something new. */
  public boolean look() {
    List<String> now = files.stream().map(WatchedFiles::mark).toList();
    if (now.equals(marks)) {
      return false;
    }
    marks = now;
    try {
      value = reader.get();
      log.info("Read anew: {}", String.join(", ", files));
      return true;
    } catch (IllegalArgumentException e) {
      log.warn(
          "A file that has changed cannot be used, what was read before stays in force: {}",
          e.getMessage());
      return false;
    }
  }

  /** Changes with the file, also where another is put in its place. */
  private static String mark(String file) {
    try {
      BasicFileAttributes now = Files.readAttributes(Path.of(file), BasicFileAttributes.class);
      return now.lastModifiedTime() + " " + now.size() + " " + now.fileKey();
    } catch (IOException e) {
      return "";
    }
  }
}
