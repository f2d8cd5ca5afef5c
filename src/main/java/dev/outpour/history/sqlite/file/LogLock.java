package dev.outpour.history.sqlite.file;

import dev.outpour.files.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to write a log's file: a lock on a file beside it, {@code <file>.lock}.
 *
 * <p>If somebody removes the lock file, its owner restores it. A newcomer that has locked another
 * file meanwhile then finds that it no longer {@linkplain #isHeld holds} the lock. Thread-safe;
 * methods block.
 */
final class LogLock implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LogLock.class);

  private static final int MOST_LINKS = 40;

  private static final int TRIES = 10;

  /** A locked file, and the key that identifies it. */
  private record Locked(FileChannel channel, FileLock lock, Object key) {}

  private final Path lockFile;

  /** Null once released. */
  private @Nullable Locked locked;

  private LogLock(Path lockFile, @Nullable Locked locked) {
    this.lockFile = lockFile;
    this.locked = locked;
  }

  /**
   * Resolves all links to a file and creates its directory if there is none.
   *
   * @param path of a file that need not exist
   */
  static Path resolve(Path path) throws IOException {
    Path at = path.toAbsolutePath();
    for (int i = 0; i < MOST_LINKS && Files.isSymbolicLink(at); i++) {
      at = at.resolveSibling(Files.readSymbolicLink(at));
    }
    Path parent = at.getParent();
    if (parent == null) {
      throw new IOException(at + " is a folder");
    }
    PrivateFiles.createFolders(parent);
    return parent.toRealPath().resolve(at.getFileName());
  }

  /**
   * Acquires the lock.
   *
   * @param file as {@link #resolve} returns it
   * @return null if another hub has it
   */
  static @Nullable LogLock take(Path file) throws IOException {
    Path lockFile = LogFileNames.lock(file);
    for (int i = 0; i < TRIES; i++) {
      try {
        PrivateFiles.create(lockFile);
      } catch (FileAlreadyExistsException e) {
        log.debug("{} exists", lockFile);
      }
      Object key = key(lockFile);
      Locked locked = key == null ? null : lock(lockFile, key);
      if (locked == null && key != null) {
        return null;
      }
      LogLock lock = new LogLock(lockFile, locked);
      // Its owner may have replaced the file while it was opened.
      if (lock.isHeld()) {
        return lock;
      }
      lock.close();
    }
    return null;
  }

  private static @Nullable Locked lock(Path at, Object key) throws IOException {
    FileChannel channel = FileChannel.open(at, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return new Locked(channel, lock, key);
      }
    } catch (OverlappingFileLockException e) {
      log.debug("Locked in this process", e);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    channel.close();
    return null;
  }

  /** A key that identifies a file; null if there is none. */
  static @Nullable Object key(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Whether the locked file still lies beside the log's file. */
  synchronized boolean isHeld() throws IOException {
    Object key = locked == null ? null : locked.key();
    return key != null && key.equals(key(lockFile));
  }

  /** Restores the lock file if it was removed; does nothing once released. */
  synchronized void restore() throws IOException {
    Locked before = locked;
    if (before == null || isHeld()) {
      return;
    }
    Path made =
        PrivateFiles.create(
            lockFile.resolveSibling(lockFile.getFileName() + "." + UUID.randomUUID()));
    try {
      Object key = key(made);
      Locked restored = key == null ? null : lock(made, key);
      if (restored == null) {
        return;
      }
      locked = restored;
      Files.move(
          made, lockFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(made);
    }
    before.channel().close();
    log.warn(
        "{} was removed and is restored: leave it there while the hub runs, it keeps a second hub"
            + " from opening the log",
        lockFile);
  }

  /** Releases the lock. */
  @Override
  public synchronized void close() throws IOException {
    if (locked != null) {
      locked.lock().release();
      locked.channel().close();
      locked = null;
    }
  }
}
