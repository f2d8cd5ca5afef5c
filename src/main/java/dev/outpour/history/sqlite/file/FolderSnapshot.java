package dev.outpour.history.sqlite.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether a folder is the one that was looked through, and nothing was made, removed or renamed in
 * it since: then every name in it stands for what it stood for. It costs one look at the folder. It
 * blocks; for one thread.
 */
final class FolderSnapshot {

  /**
   * File systems tell the time in steps, of two seconds at most: what has just changed may change
   * within the same one.
   */
  private static final long SETTLED_MILLIS = TimeUnit.SECONDS.toMillis(3);

  private final Path folder;

  /** As it was when it was looked through; null if it is to be looked through again. */
  private @Nullable BasicFileAttributes seen;

  FolderSnapshot(Path folder) {
    this.folder = folder;
  }

  /** What {@link #remember} takes in; to be asked before the folder is looked through. */
  @Nullable BasicFileAttributes now() {
    try {
      return Files.readAttributes(folder, BasicFileAttributes.class);
    } catch (IOException e) {
      return null;
    }
  }

  /** Whether it need not be looked through. */
  boolean isAsSeen(@Nullable BasicFileAttributes now) {
    BasicFileAttributes before = seen;
    return now != null
        && before != null
        && now.fileKey() != null
        && now.fileKey().equals(before.fileKey())
        && now.lastModifiedTime().equals(before.lastModifiedTime());
  }

  /** It was looked through, and all names stand for what they are to stand for. */
  void remember(@Nullable BasicFileAttributes begun) {
    boolean settled =
        begun != null
            && System.currentTimeMillis() - begun.lastModifiedTime().toMillis() > SETTLED_MILLIS;
    seen = settled ? begun : null;
  }
}
