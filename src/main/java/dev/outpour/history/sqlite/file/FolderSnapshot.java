package dev.outpour.history.sqlite.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a folder has changed since its files were checked. If nothing was created, removed
 * or renamed in it, every name still leads to the same file. This costs one look at the folder.
 * Methods block; for one thread.
 */
final class FolderSnapshot {

  /**
   * File systems round times to two seconds at most: a folder that has just changed may change
   * again without getting a new time.
   */
  private static final long SETTLED_MILLIS = TimeUnit.SECONDS.toMillis(3);

  private final Path folder;

  /** The folder when its files were checked; null if they must be checked again. */
  private @Nullable BasicFileAttributes seen;

  FolderSnapshot(Path folder) {
    this.folder = folder;
  }

  /** The folder now, for {@link #remember}; call it before the files are checked. */
  @Nullable BasicFileAttributes now() {
    try {
      return Files.readAttributes(folder, BasicFileAttributes.class);
    } catch (IOException e) {
      return null;
    }
  }

  /** Whether the files need no check. */
  boolean isAsSeen(@Nullable BasicFileAttributes now) {
    BasicFileAttributes before = seen;
    return now != null
        && before != null
        && now.fileKey() != null
        && now.fileKey().equals(before.fileKey())
        && now.lastModifiedTime().equals(before.lastModifiedTime());
  }

  /** Notes that all names lead to the right files. */
  void remember(@Nullable BasicFileAttributes begun) {
    boolean settled =
        begun != null
            && System.currentTimeMillis() - begun.lastModifiedTime().toMillis() > SETTLED_MILLIS;
    seen = settled ? begun : null;
  }
}
