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
 * Puts a backup of a log in the place of the log's file.
 *
 * <p>Nothing is changed unless the backup is a log that can be read, and no hub uses the file; what
 * was there before is kept beside it, with the write-ahead log that belongs to it. It blocks.
 */
public final class LogRestore {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final long PATIENCE_MILLIS = 2_000;

  private final Path backup;
  private final Path named;
  private final Path target;
  private final Clock clock;

  /**
   * What was done.
   *
   * @param backup what stands in the backup
   * @param kept where that lies now which was there before, if something was
   */
  public record Restored(LogCopy.Contents backup, Optional<Path> kept) {}

  /**
   * Prepares it; nothing is done yet.
   *
   * @param backup a file that {@code VACUUM INTO} has made, or a copy of a log that was not in use
   * @param target the log's file, which need not be there, or a link to it
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

  /** Where a link leads is replaced, and not the link. */
  private static Path withoutLinks(Path target) {
    try {
      return Files.exists(target) ? target.toRealPath() : target.toAbsolutePath();
    } catch (IOException e) {
      throw OpenFailure.ofRestoring(target, e);
    }
  }

  /**
   * Does it.
   *
   * @throws CannotStartException if a hub uses the file, the backup cannot be used, or a file
   *     cannot be written
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
      throw new CannotStartException(backup + " is the log's file itself, and no backup of it");
    }
    refuseIfInUse();
    Path beside = LogFileNames.lock(target);
    boolean isNew = !Files.exists(beside);
    SqliteFile lock = SqliteFile.lock(named);
    try {
      if (isNew && Files.exists(beside)) {
        likeTheLog(beside);
        refuseIfTakenBack(lock);
      }
      return runLocked();
    } finally {
      lock.close();
    }
  }

  /** A hub whose lock somebody took away puts it back within a second. */
  private void refuseIfTakenBack(SqliteFile lock) throws IOException {
    try {
      if (Files.exists(target)) {
        Thread.sleep(PATIENCE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CannotStartException("Interrupted: nothing was restored", e);
    }
    if (!lock.isHeld()) {
      throw OtherHub.inUse(named);
    }
  }

  /** What is copied of a file that is being written may be of two moments. */
  private void refuseIfInUse() throws IOException {
    if (Files.exists(LogFileNames.lock(backup))) {
      SqliteFile.lock(backup).close();
    }
  }

  private Restored runLocked() throws IOException {
    LogCopy copy = new LogCopy(LogFileNames.beside(target, ".restoring"));
    try {
      LogCopy.Contents contents = copy.make(backup);
      likeTheLog(copy.path());
      sync(copy.path());
      Optional<Path> kept = setAside();
      Files.move(copy.path(), target, StandardCopyOption.ATOMIC_MOVE);
      sync(folder());
      return new Restored(contents, kept);
    } catch (SQLException e) {
      throw new CannotStartException(
          backup + " cannot be used as a backup (" + e.getMessage() + "): use another one", e);
    } finally {
      copy.delete();
    }
  }

  /**
   * Keeps the file under another name, with its write-ahead log. The file has both names until the
   * backup takes the first: whenever this is cut short there is a log, and all of the one before.
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

  /** The hub may be run by somebody else than this command. */
  private void likeTheLog(Path made) throws IOException {
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
