package dev.outpour.history.sqlite.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the files that the connections have open still lie in their place: by device and
 * inode, and by size and time of the log's file, which only the hub writes.
 *
 * <p>Only checkpoints write to the log's file. A checkpoint by another program follows SQLite's
 * rules and is accepted; a copy over the file is not. Methods block for as long as it takes to look
 * at two files.
 */
public final class FileIdentity implements AutoCloseable {

  /** What the connection that writes knows of the file. */
  public interface Writer {

    /** How far the write-ahead log has come, whichever program has written it. */
    WriteAhead writeAhead() throws SQLException;

    /** Whether another hub has opened the file since. */
    boolean isTakenOver();

    /** The size of the file once all of the write-ahead log is in it. */
    long bytes() throws SQLException;
  }

  /**
   * How far a write-ahead log has come.
   *
   * @param frames how many valid pages it has
   * @param checkpointed how many of them are in the file already
   */
  public record WriteAhead(long frames, long checkpointed) {}

  /** For how long the check after a commit also serves the next append. */
  private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final Path file;
  private final Path wal;
  private final Path shm;
  private final FolderSnapshot folder;
  private final WalContent content;
  private final @Nullable Object key;
  private final @Nullable Object walKey;
  private final @Nullable Object shmKey;

  /** Whether another program has written to the file; never reset. */
  private volatile boolean spoiled;

  /** Whether the hub is writing to the file right now. */
  private boolean checkpointing;

  private FileTime modified;
  private long size;

  /** How many valid frames the write-ahead log has. */
  private long frames;

  /** How many of them the hub has copied into the file. */
  private long checkpointed;

  /** Whether those were all, so that the next commit restarts the write-ahead log. */
  private boolean full = true;

  /** When the check after a commit last succeeded. */
  private long seenNanos = System.nanoTime() - FRESH_NANOS;

  /** Remembers the files that lie there now, just opened and with an empty write-ahead log. */
  public FileIdentity(Path file) throws IOException {
    this.file = file;
    this.wal = LogFileNames.wal(file);
    this.shm = LogFileNames.shm(file);
    BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
    this.key = now.fileKey();
    this.walKey = LogLock.key(wal);
    this.shmKey = LogLock.key(shm);
    this.modified = now.lastModifiedTime();
    this.size = now.size();
    this.folder = new FolderSnapshot(LogFileNames.folder(file));
    this.content = new WalContent(wal);
  }

  private static @Nullable BasicFileAttributes look(Path path, @Nullable Object key) {
    try {
      BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
      return key != null && key.equals(now.fileKey()) ? now : null;
    } catch (IOException e) {
      return null;
    }
  }

  /** The state as seen from outside, without SQLite; from any thread. */
  public FileState look() {
    if (look(file, key) == null) {
      return FileState.AWAY;
    }
    if (spoiled) {
      return FileState.SPOILED;
    }
    return look(wal, walKey) == null || look(shm, shmKey) == null
        ? FileState.CUT_OFF
        : FileState.WHOLE;
  }

  /** The state after a commit of the hub; on the writing thread. */
  public FileState afterCommit(Writer writer) throws SQLException {
    // Not fresh until this check succeeds.
    seenNanos -= FRESH_NANOS;
    WriteAhead found = writer.writeAhead();
    if (full) {
      // The commit restarted the write-ahead log, unless a read transaction was open.
      checkpointed = found.checkpointed();
      full = found.checkpointed() == found.frames();
    }
    long before = frames;
    frames = found.frames();
    FileState names = lookAtNames();
    if (names != FileState.WHOLE) {
      return names;
    }
    spoiled |= !content.reaches(frames) || !content.isWithoutHole(before, frames);
    if (spoiled) {
      return FileState.SPOILED;
    }
    seenNanos = System.nanoTime();
    return FileState.WHOLE;
  }

  /** Whether the names still lead to the open files. */
  private FileState lookAtNames() {
    BasicFileAttributes now = folder.now();
    if (folder.isAsSeen(now)) {
      return FileState.WHOLE;
    }
    if (look(file, key) == null) {
      return FileState.AWAY;
    }
    if (look(wal, walKey) == null) {
      return FileState.CUT_OFF;
    }
    folder.remember(now);
    return FileState.WHOLE;
  }

  /**
   * The state before the hub appends; on the writing thread. Shortly after a commit it does not
   * look at the names and the write-ahead log again: {@link #afterCommit} does, before the next
   * commit is answered.
   */
  public FileState beforeAppend(Writer writer) {
    return beforeWrite(writer, System.nanoTime() - seenNanos < FRESH_NANOS);
  }

  /** The state before the hub writes; on the writing thread. */
  public FileState beforeWrite(Writer writer) {
    return beforeWrite(writer, false);
  }

  private FileState beforeWrite(Writer writer, boolean fresh) {
    BasicFileAttributes now = look(file, key);
    if (now == null) {
      return FileState.AWAY;
    }
    if (spoiled) {
      return FileState.SPOILED;
    }
    FileState names = fresh ? FileState.WHOLE : lookAtNames();
    if (names != FileState.WHOLE) {
      return names;
    }
    // The hub's checkpoints never shrink the file; most other writes do.
    boolean written =
        checkpointing
            ? now.size() < size
            : !now.lastModifiedTime().equals(modified) || now.size() != size;
    boolean cut = !fresh && !content.reaches(frames);
    if ((written || cut) && !isForeignCheckpoint(now, written, writer)) {
      if (writer.isTakenOver()) {
        return FileState.TAKEN_OVER;
      }
      spoiled = true;
      return FileState.SPOILED;
    }
    return FileState.WHOLE;
  }

  /**
   * Whether another program made a checkpoint. A checkpoint is visible in the shared memory, and
   * never cuts off frames that are not in the file yet.
   */
  private boolean isForeignCheckpoint(BasicFileAttributes now, boolean written, Writer writer) {
    try {
      WriteAhead found = writer.writeAhead();
      if (!content.reaches(found.frames())) {
        return false;
      }
      boolean checkpoint = found.frames() == 0 ? frames > 0 : found.checkpointed() != checkpointed;
      if (written && (!checkpoint || now.size() < Math.min(size, writer.bytes()))) {
        return false;
      }
      remember(now, found);
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  /** Notes that another thread of the hub begins to write to the file; on the writing thread. */
  public void beginCheckpoint() {
    checkpointing = true;
  }

  /** Notes that the hub has written to the file; on the writing thread. */
  public void afterCheckpoint(Writer writer) throws SQLException {
    checkpointing = false;
    BasicFileAttributes now = look(file, key);
    if (now != null) {
      remember(now, writer.writeAhead());
    }
  }

  private void remember(BasicFileAttributes now, WriteAhead found) {
    modified = now.lastModifiedTime();
    size = now.size();
    frames = found.frames();
    checkpointed = found.checkpointed();
    full = found.checkpointed() == found.frames();
  }

  @Override
  public void close() throws IOException {
    content.close();
  }
}
