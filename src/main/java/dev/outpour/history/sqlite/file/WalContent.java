package dev.outpour.history.sqlite.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects whether another program has truncated the write-ahead log that SQLite writes.
 *
 * <p>It reads the file and never asks for its size. If a program asks Linux for a file's times, the
 * next write changes them, and the next sync must write that change too: a commit would take a
 * fifth longer. The time of the last read has the same effect unless it is later than that of the
 * last write, so it is set to 2100 while the file is open. Methods block; for one thread.
 */
final class WalContent implements AutoCloseable {

  private static final int FRAME_BYTES = 4096 + 24;
  private static final int HEADER_BYTES = 32;

  private static final Logger log = LoggerFactory.getLogger(WalContent.class);
  private static final FileTime LATE = FileTime.from(Instant.parse("2100-01-01T00:00:00Z"));

  private final FileChannel channel;
  private final ByteBuffer number = ByteBuffer.allocateDirect(Integer.BYTES);

  /** SQLite holds no lock on this file, so closing it loses none. */
  WalContent(Path wal) throws IOException {
    this.channel = FileChannel.open(wal, StandardOpenOption.READ);
    try {
      Files.getFileAttributeView(wal, BasicFileAttributeView.class).setTimes(null, LATE, null);
    } catch (IOException e) {
      log.debug("Cannot set the access time of {}: commits take a little longer", wal, e);
    }
  }

  /** How many bytes a number of frames takes. */
  private static long bytes(long frames) {
    return frames == 0 ? 0 : HEADER_BYTES + frames * FRAME_BYTES;
  }

  /** Whether the file is long enough for its frames. */
  boolean reaches(long frames) {
    try {
      return frames == 0 || read(bytes(frames) - Integer.BYTES) == Integer.BYTES;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Whether the file was not truncated just before the hub wrote to it. If it was, it has its size
   * again, but zeros in place of the last frame.
   *
   * @param before how many frames it had; fewer than now unless it was restarted
   * @param frames how many frames it has
   */
  boolean isWithoutHole(long before, long frames) {
    try {
      return frames == 0 || isWritten(before == 0 || before >= frames ? 0 : bytes(before - 1));
    } catch (IOException e) {
      return false;
    }
  }

  /** The header of the file and of each frame begins with a number other than 0. */
  private boolean isWritten(long at) throws IOException {
    return read(at) == Integer.BYTES && number.getInt(0) != 0;
  }

  private int read(long at) throws IOException {
    return channel.read(number.clear(), at);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
