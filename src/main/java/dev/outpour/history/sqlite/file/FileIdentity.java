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
 * Where a log's file lies, and that what lies there is what the connections have open: by device
 * and inode, and by size and time of what nobody but the hub writes.
 *
 * <p>Only a checkpoint writes to the file; what other programs may do by SQLite's own rules, such
 * as a checkpoint, is told from what they may not, such as a copy over the file. Methods block for
 * as long as it takes to look at two files.
 */
public final class FileIdentity implements AutoCloseable {

  /** What is found there. */
  public enum State {
    /** What is open. */
    WHOLE,
    /** The file, but not its write-ahead log: the file can take over what is open of that. */
    CUT_OFF,
    /** Nothing, or another file. */
    AWAY,
    /** The file, but others have written into it or cut it short. */
    SPOILED,
    /** What is open, and another hub that has opened it since. */
    TAKEN_OVER;

    /** Whether the hub can do nothing about it. */
    public boolean isGone() {
      return this == AWAY || this == SPOILED;
    }

    /** What the operator is to do. */
    String advice(Path file) {
      return switch (this) {
        case AWAY ->
            "The log's file is not in its place, "
                + file
                + ", or another lies there: put it back with its -wal and -shm, and the hub goes on;"
                + " or end the hub, and start it with the log that you want";
        case SPOILED ->
            "Another program has written into the log's file, "
                + file
                + ", or cut it short: end the hub, restore the log from a backup, without its -wal"
                + " and -shm, and start again";
        case CUT_OFF -> "The write-ahead log of " + file + " was taken away";
        case TAKEN_OVER -> "Another hub writes " + file;
        case WHOLE -> file + " is in its place";
      };
    }
  }

  /** What the connection that writes the file knows of it. */
  public interface Writer {

    /** How far the write-ahead log has come, whoever has written it. */
    WriteAhead writeAhead() throws SQLException;

    /** Whether another hub has opened the file since. */
    boolean isTakenOver();

    /** How many bytes the file has once all of the write-ahead log is in it. */
    long bytes() throws SQLException;
  }

  /**
   * How far a write-ahead log has come.
   *
   * @param frames the pages in it that count
   * @param checkpointed how many of them are in the file already
   */
  public record WriteAhead(long frames, long checkpointed) {}

  /** For how long what was seen after a commit need not be looked at before the next one. */
  private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final Path file;
  private final Path wal;
  private final Path shm;
  private final FolderSnapshot folder;
  private final WalContent content;
  private final @Nullable Object key;
  private final @Nullable Object walKey;
  private final @Nullable Object shmKey;

  /** Whether somebody else has written; for good. */
  private volatile boolean spoiled;

  /** Whether the hub is writing to the file just now. */
  private boolean checkpointing;

  private FileTime modified;
  private long size;

  /** How many frames of the write-ahead log count. */
  private long frames;

  /** How much of the write-ahead log the hub has brought into the file. */
  private long checkpointed;

  /** Whether that was all of it, so that the next commit begins it anew. */
  private boolean full = true;

  /** When a commit was last seen to be in its place. */
  private long seenNanos = System.nanoTime() - FRESH_NANOS;

  /** Remembers what lies there now, when it has just been opened, and its log begun anew. */
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

  /** What is found there now, as far as that is seen from outside; from any thread. */
  public State look() {
    if (look(file, key) == null) {
      return State.AWAY;
    }
    if (spoiled) {
      return State.SPOILED;
    }
    return look(wal, walKey) == null || look(shm, shmKey) == null ? State.CUT_OFF : State.WHOLE;
  }

  /** What is found there after a commit of the hub; on the writing thread. */
  public State afterCommit(Writer writer) throws SQLException {
    // Until all is seen to be in its place again.
    seenNanos -= FRESH_NANOS;
    WriteAhead found = writer.writeAhead();
    if (full) {
      // It has begun the write-ahead log anew, unless somebody was reading it.
      checkpointed = found.checkpointed();
      full = found.checkpointed() == found.frames();
    }
    long before = frames;
    frames = found.frames();
    State names = lookAtNames();
    if (names != State.WHOLE) {
      return names;
    }
    spoiled |= !content.reaches(frames) || !content.isWithoutHole(before, frames);
    if (spoiled) {
      return State.SPOILED;
    }
    seenNanos = System.nanoTime();
    return State.WHOLE;
  }

  /** Whether the names stand for what is open. */
  private State lookAtNames() {
    BasicFileAttributes now = folder.now();
    if (folder.isAsSeen(now)) {
      return State.WHOLE;
    }
    if (look(file, key) == null) {
      return State.AWAY;
    }
    if (look(wal, walKey) == null) {
      return State.CUT_OFF;
    }
    folder.remember(now);
    return State.WHOLE;
  }

  /**
   * What is found there before the hub appends; on the writing thread. What has become of the names
   * and the write-ahead log since the commit of a moment ago is found {@linkplain #afterCommit
   * after the next one}, before that is answered.
   */
  public State beforeAppend(Writer writer) {
    return beforeWrite(writer, System.nanoTime() - seenNanos < FRESH_NANOS);
  }

  /** What is found there before the hub writes; on the writing thread. */
  public State beforeWrite(Writer writer) {
    return beforeWrite(writer, false);
  }

  private State beforeWrite(Writer writer, boolean fresh) {
    BasicFileAttributes now = look(file, key);
    if (now == null) {
      return State.AWAY;
    }
    if (spoiled) {
      return State.SPOILED;
    }
    State names = fresh ? State.WHOLE : lookAtNames();
    if (names != State.WHOLE) {
      return names;
    }
    // A checkpoint of the hub's does not make it smaller, unlike most that others do to it.
    boolean written =
        checkpointing
            ? now.size() < size
            : !now.lastModifiedTime().equals(modified) || now.size() != size;
    boolean cut = !fresh && !content.reaches(frames);
    if ((written || cut) && !isByTheRules(now, written, writer)) {
      if (writer.isTakenOver()) {
        return State.TAKEN_OVER;
      }
      spoiled = true;
      return State.SPOILED;
    }
    return State.WHOLE;
  }

  /**
   * Whether another program has made a checkpoint. That shows in the shared memory; and it does not
   * cut off what is not in the file yet.
   */
  private boolean isByTheRules(BasicFileAttributes now, boolean written, Writer writer) {
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

  /** The hub writes to the file from another thread from now on; on the writing thread. */
  public void beginCheckpoint() {
    checkpointing = true;
  }

  /** After the hub itself has written to the file; on the writing thread. */
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
