package dev.outpour.history.sqlite.file;

import dev.outpour.settings.CannotStartException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * Replaces a log's file with a backup.
 *
 * <p>Nothing changes unless the backup is a readable log and no hub uses the file. The previous
 * file is kept beside it, together with its write-ahead log. Methods block.
 */
public final class LogRestore {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final long LOCK_WAIT_MILLIS = 2_000;

  private final Path backup;
  private final Path named;
  private final Path target;
  private final Clock clock;

  /**
   * The result of a restore.
   *
   * @param backup the contents of the backup
   * @param kept where the previous file lies now, if there was one
   */
  public record Restored(LogCopy.Contents backup, Optional<Path> kept) {}

  /**
   * Prepares a restore.
   *
   * @param backup a file made by {@code VACUUM INTO}, or a copy of a log that was not in use
   * @param target the log's file, which need not exist, or a link to it
   */
  public LogRestore(Path backup, Path target) {
    this(backup, target, Clock.systemUTC());
  }

  LogRestore(Path backup, Path target, Clock clock) {
    this.backup = backup;
    this.named = target;
    this.target = withoutLinks(target);
    this.clock = clock;
  }

  /** Resolves links: the target of a link is replaced, not the link. */
  private static Path withoutLinks(Path target) {
    try {
      return Files.exists(target) ? target.toRealPath() : target.toAbsolutePath();
    } catch (IOException e) {
      throw OpenFailure.ofRestoring(target, e);
    }
  }

  /**
   * Restores the backup.
   *
   * @throws CannotStartException if a hub uses the file, the backup is unusable, or a file cannot
   *     be written
   */
  public Restored run() {
    try {
      return restore();
    } catch (IOException e) {
      throw OpenFailure.ofRestoring(named, e);
    }
  }

  private Restored restore() throws IOException {
    if (!Files.isRegularFile(backup)) {
      throw new CannotStartException("There is no file " + backup);
    }
    if (Files.exists(target) && Files.isSameFile(backup, target)) {
      throw new CannotStartException(backup + " is the log's file itself, not a backup of it");
    }
    refuseIfInUse();
    Path beside = LogFileNames.lock(target);
    boolean isNew = !Files.exists(beside);
    SqliteFile lock = SqliteFile.lock(named);
    try {
      if (isNew && Files.exists(beside)) {
        copyOwnerAndMode(beside);
        refuseIfLockIsRestored(lock);
      }
      return runLocked();
    } finally {
      lock.close();
    }
  }

  /** A hub restores its lock file within a second if somebody removed it. */
  private void refuseIfLockIsRestored(SqliteFile lock) throws IOException {
    try {
      if (Files.exists(target)) {
        Thread.sleep(LOCK_WAIT_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotStartException("Interrupted: nothing was restored", e);
    }
    if (!lock.isHeld()) {
      throw OtherHub.inUse(named);
    }
  }

  /** A copy of a file that is being written may mix two moments. */
  private void refuseIfInUse() throws IOException {
    if (Files.exists(LogFileNames.lock(backup))) {
      SqliteFile.lock(backup).close();
    }
  }

  private Restored runLocked() throws IOException {
    LogCopy copy = new LogCopy(LogFileNames.beside(target, ".restoring"));
    try {
      LogCopy.Contents contents = copy.make(backup);
      copyOwnerAndMode(copy.path());
      sync(copy.path());
      Optional<Path> kept = setAside();
      Files.move(copy.path(), target, StandardCopyOption.ATOMIC_MOVE);
      sync(folder());
      return new Restored(contents, kept);
    } catch (SQLException e) {
      throw new CannotStartException(
          backup + " cannot be used as a backup (" + e.getMessage() + "): use another backup", e);
    } finally {
      copy.delete();
    }
  }

  /**
   * Keeps the file under another name, with its write-ahead log. The file has both names until the
   * backup takes over the first one. So an interruption always leaves a log, and all of the
   * previous one.
   */
  private Optional<Path> setAside() throws IOException {
    Path writeAhead = LogFileNames.wal(target);
    boolean isThere = Files.exists(target);
    if (!isThere && !Files.exists(writeAhead)) {
      return Optional.empty();
    }
    Path kept = LogFileNames.beside(target, ".before-" + STAMP.format(clock.instant()));
    if (isThere) {
      Files.createLink(kept, target);
    }
    if (Files.exists(writeAhead)) {
      Files.move(writeAhead, LogFileNames.wal(kept));
    }
    Files.deleteIfExists(LogFileNames.shm(target));
    sync(folder());
    return Optional.of(kept);
  }

  /** Another user than that of this command may run the hub. */
  private void copyOwnerAndMode(Path made) throws IOException {
    Path model = Files.exists(target) ? target : folder();
    PosixFileAttributeView view = Files.getFileAttributeView(made, PosixFileAttributeView.class);
    if (view == null) {
      return;
    }
    PosixFileAttributes own = view.readAttributes();
    PosixFileAttributes wanted = Files.readAttributes(model, PosixFileAttributes.class);
    if (!own.owner().equals(wanted.owner())) {
      view.setOwner(wanted.owner());
      view.setGroup(wanted.group());
    }
    if (Files.isRegularFile(model)) {
      view.setPermissions(wanted.permissions());
    }
  }

  private Path folder() {
    return target.resolveSibling("").normalize();
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
